import { badParameter } from "../errors.ts";
import { type Dialect, excelIn } from "../render/dialect.ts";
import { type Format, isJson } from "../render/formats.ts";

/** What an export is written as, and which part of the report it is. */
export interface ExportForm {
  format: Format;
  /** The section; the main table when undefined. */
  section: string | undefined;
  /** Numbers of JSON as texts. */
  numbersAsText: boolean;
  /** Of CSV; undefined: the usual one. */
  dialect: Dialect | undefined;
}

/** The parameters that choose the form of a download, and not its rows. */
export const formParameters = ["section", "numbers", "dialect", "locale"] as const;

/** Takes them out of a query, so that the report does not refuse them. @throws TidemarkError `bad_parameter` */
export function takeForm(query: URLSearchParams, format: Format): ExportForm {
  const [section, numbers, dialect, locale] = formParameters.map((name) => take(query, name));
  if (numbers !== undefined && (!isJson(format) || numbers !== "string"))
    throw badParameter("numbers", `numbers: only for JSON, and only "string"`, ["string"]);
  const isExcel = dialect === "excel";
  if (dialect !== undefined && (format !== "csv" || !(isExcel || dialect === "raw")))
    throw badParameter("dialect", "dialect: only for CSV, and only one of these", ["raw", "excel"]);
  if (locale !== undefined && !isExcel)
    throw badParameter("locale", "locale: only with dialect=excel, which it is written for");
  return {
    format,
    section,
    numbersAsText: numbers === "string",
    dialect: isExcel ? excelIn(locale) : undefined,
  };
}

/** What makes the same rows another answer. */
export const tagOfForm = ({ format, numbersAsText, dialect }: ExportForm) => [
  format,
  numbersAsText ? "string" : undefined,
  dialect?.name,
];

function take(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  query.delete(name);
  if (values.length > 1) throw badParameter(name, `${name}: takes one value`);
  return values[0] || undefined;
}
