import { excelIn } from "./dialect.ts";

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

/** A download that a page links. */
export interface Download {
  name: string;
  /** For whom it is, where that is not plain. */
  about?: string;
  href: string;
}

const ABOUT: Partial<Record<Format, string>> = {
  csv: "for other programs",
  xlsx: "a workbook",
};

/** The downloads of something, for a page to link. */
export const downloadsAt = (address: (format: Format) => string): Download[] =>
  formats.map((format) => ({
    name: formatNames[format],
    about: ABOUT[format],
    href: address(format),
  }));

/**
 * The CSV that a spreadsheet opens as it stands.
 * @param language such as `de-DE`, whose spreadsheets may expect semicolons and decimal commas
 */
export function csvForExcel(
  address: (form: URLSearchParams) => string,
  language: string,
): Download {
  const form = new URLSearchParams({ dialect: "excel" });
  if (excelIn(language).separator !== ",") form.set("locale", language);
  return {
    name: "CSV for Excel",
    about: "opens with a double click, as Excel reads dates",
    href: address(form),
  };
}
