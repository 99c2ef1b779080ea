import { badParameter } from "../errors.ts";

/** How CSV is written for a spreadsheet that is opened with a double click. */
export interface Dialect {
  /** Such as `excel de-DE`. */
  name: string;
  separator: "," | ";";
  decimal: "." | ",";
}

/** Regions that write a decimal point, and have their spreadsheets separate by semicolons all the same. */
const SEMICOLON_REGIONS = new Set(["CH", "LI"]);

/** What Excel expects where the locale is spoken. @throws TidemarkError `bad_parameter` */
export function excelIn(locale = "en-US"): Dialect {
  const tag = canonical(locale);
  const parts = new Intl.NumberFormat(tag, { numberingSystem: "latn" }).formatToParts(1.5);
  const decimal = parts.find(({ type }) => type === "decimal")?.value === "," ? "," : ".";
  const { region = "" } = new Intl.Locale(tag);
  const separator = decimal === "," || SEMICOLON_REGIONS.has(region) ? ";" : ",";
  return { name: `excel ${tag}`, separator, decimal };
}

function canonical(locale: string): string {
  try {
    const [tag = ""] = Intl.NumberFormat.supportedLocalesOf(locale);
    if (tag) return tag;
  } catch {
    // Said below.
  }
  throw badParameter("locale", `locale: "${locale}" is none that is known here`, [
    "en-US",
    "de-DE",
    "fr-CH",
  ]);
}
