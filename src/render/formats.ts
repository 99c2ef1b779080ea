/** The formats that a section can be downloaded in, each the ending of its address. */
export const formats = ["csv", "json", "ndjson", "xlsx"] as const;

export type Format = (typeof formats)[number];

/** What people call each. */
export const formatNames: Record<Format, string> = {
  csv: "CSV",
  json: "JSON",
  ndjson: "NDJSON",
  xlsx: "Excel",
};

/** What each is called in HTTP. */
export const mediaTypes: Record<Format, string> = {
  csv: "text/csv",
  json: "application/json",
  ndjson: "application/x-ndjson",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** Whether its rows are JSON, where numbers can also be texts. */
export const isJson = (format: Format): boolean => format === "json" || format === "ndjson";

/** The downloads of something, for a page to link. */
export const downloadsAt = (address: (format: Format) => string) =>
  formats.map((format) => ({ name: formatNames[format], href: address(format) }));
