/** The formats that a section can be downloaded in, each the ending of its address. */
export const formats = ["csv", "json", "xlsx"] as const;

export type Format = (typeof formats)[number];

const names: Record<Format, string> = { csv: "CSV", json: "JSON", xlsx: "Excel" };

/** The downloads of something, for a page to link. */
export const downloadsAt = (address: (format: Format) => string) =>
  formats.map((format) => ({ name: names[format], href: address(format) }));
