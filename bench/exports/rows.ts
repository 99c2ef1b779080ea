import { copiedCsv } from "../../src/render/copied-csv.ts";
import { copiedNdjson } from "../../src/render/copied-json.ts";
import { type ReportInput, tableSection } from "../../src/reports/define.ts";
import type { CopyForm } from "../../src/reports/export.ts";

type Columns = Parameters<typeof tableSection>[0]["columns"];

const types = {
  copy: "count",
  opportunity_id: "id",
  opportunity_name: "text",
  owner_name: "text",
  company_name: "text",
  industry: "text",
  product_name: "text",
  currency: "text",
  amount: "amount",
  close_on: "date",
  closed_at: "time",
  is_closing_recorded: "boolean",
  cycle_days: "days",
} as const;

const keys = Object.keys(types) as (keyof typeof types)[];

/** Won deals, once for each copy, in no order: as many rows as asked for, as fast as they come. */
export const rowsSql = (rows: number, deals: number): string => `
  SELECT ${keys.join(", ")}
  FROM (
    SELECT copies.n AS copy, deals.*
    FROM generate_series(1, ${Math.ceil(rows / deals)}) AS copies (n)
    CROSS JOIN (SELECT * FROM reporting.won_deals) AS deals
  ) AS ledger
  LIMIT ${rows}`;

/** Their number out of the sums of their days, as the project's own lists of deals have it. */
export const countSql = (rows: number, deals: number): string => `
  SELECT least(${rows}, sum(deal_count) * ${Math.ceil(rows / deals)}) AS row_count
  FROM reporting.won_days`;

const columns = keys.map((key) => ({
  key,
  label: key,
  type: types[key],
  definition: "As the ledger of won deals has it.",
})) as Columns;

/** How an export has PostgreSQL write them. */
export function formOf(format: "csv" | "ndjson"): CopyForm {
  let form: CopyForm | undefined;
  const copied = async function* (asked: CopyForm) {
    form = asked;
    yield* [];
  };
  const write = { csv: copiedCsv, ndjson: copiedNdjson }[format];
  write({ section: { columns }, copied }, { rows: 0 }).next();
  return form as unknown as CopyForm;
}

/** A report of them. */
export const rowsReport: Partial<ReportInput> = {
  sections: [
    tableSection({
      key: "rows",
      title: "Won deals",
      about: "Each as often as asked for.",
      empty: "None.",
      main: true,
      query: "rows.sql",
      countQuery: "count.sql",
      columns,
    }),
  ],
};
