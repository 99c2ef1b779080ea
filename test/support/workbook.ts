import { TZDate } from "@date-fns/tz";
import { strFromU8, unzipSync } from "fflate";
import type { ColumnType } from "../../src/reports/column.ts";

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"' };

const unescapeXml = (text: string): string =>
  text
    .replace(/&(amp|lt|gt|quot);/g, (_whole, name: string) => ENTITIES[name] as string)
    .replace(/_x([0-9A-F]{4})_/g, (_whole, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );

export interface Cell {
  /** As the sheet has it: `n` for numbers, `b`, `inlineStr`; undefined for an empty cell. */
  type: string | undefined;
  value: string | null;
}

/** The cells of a sheet, row by row, the header first. */
export function readSheet(file: Uint8Array, number = 1): Cell[][] {
  const part = unzipSync(file)[`xl/worksheets/sheet${number}.xml`];
  if (!part) throw new Error(`there is no sheet ${number}`);
  return [...strFromU8(part).matchAll(/<row>(.*?)<\/row>/gs)].map(([, row = ""]) =>
    [...row.matchAll(/<c\/>|<c( [^>]*)?>(.*?)<\/c>/gs)].map(([, attributes = "", inner = ""]) => {
      if (inner === "") return { type: undefined, value: null };
      const type = / t="(\w+)"/.exec(attributes)?.[1] ?? "n";
      const value = /<(?:v|t)[^>]*>(.*)<\/(?:v|t)>/s.exec(inner)?.[1] ?? "";
      return { type, value: type === "inlineStr" ? unescapeXml(value) : value };
    }),
  );
}

const DAY_ZERO = Date.UTC(1899, 11, 30);

/** What a cell says, in the words of the other formats: days and instants out of their numbers. */
export function exactOf(
  { type, value }: Cell,
  column: ColumnType,
  timeZone: string,
): string | null {
  if (value === null) return null;
  if (type === "b") return value === "1" ? "true" : "false";
  if (type !== "n") return value;
  const at = new Date(DAY_ZERO + Math.round(Number(value) * 86_400_000));
  if (column === "date" || column === "month") return at.toISOString().slice(0, 10);
  if (column !== "time") return value;
  const [year = 0, month = 0, day = 0, ...rest] = at.toISOString().split(/\D/).map(Number);
  return new TZDate(year, month - 1, day, ...(rest.slice(0, 4) as []), timeZone).toISOString();
}

/** What an answer says, as a text. Of a workbook, its rows: beside them it says when they were read. */
export async function contentOf(response: Response): Promise<string> {
  const isWorkbook = response.headers.get("content-type")?.includes("spreadsheetml");
  return isWorkbook
    ? JSON.stringify(readSheet(new Uint8Array(await response.arrayBuffer())))
    : response.text();
}
