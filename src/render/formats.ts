/** The formats that a section can be downloaded in, each the ending of its address. */
export const formats = ["csv", "json", "xlsx"] as const;

export type Format = (typeof formats)[number];

/** What people call each. */
export const formatNames: Record<Format, string> = { csv: "CSV", json: "JSON", xlsx: "Excel" };

/** What each is called in HTTP. */
export const mediaTypes: Record<Format, string> = {
  csv: "text/csv",
  json: "application/json",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** The downloads of something, for a page to link. */
export const downloadsAt = (address: (format: Format) => string) =>
  formats.map((format) => ({ name: formatNames[format], href: address(format) }));
