import { z } from "zod";
import { columnSchema } from "./column.ts";

const key = z.string().regex(/^[a-z][a-z0-9_]*$/, "is a snake_case name");

/**
 * Text with holes: `{column}`, `{column:short}`, `{column:up}` (coloured, up is good), `{column:some}` (only above 0),
 * `{column:has}` and `{column:if}` (write nothing; only when there is a value, only when true). `{column|deal|deals}` writes a
 * count with its noun. Of several texts, the first whose holes are all filled is said.
 */
const note = z.union([z.string(), z.array(z.string())]);

/** Where a number leads: the report that lists the rows which make it. */
const drill = z.strictObject({
  /** The report; one with a section of tiles `summary`. */
  report: z.string(),
  /** Column of that summary which is this very number. */
  figure: key,
  /** Values that its parameters take, whatever this page's filters say. */
  set: z.record(z.string(), z.string()).default({}),
  /** Values that its parameters take from the columns of the row; where one is NULL, the number leads nowhere. */
  by: z.record(z.string(), key).default({}),
  /** The number is of the period compared with. */
  compared: z.boolean().default(false),
});

/** What a value names: a report with these values of its parameters, and those from the columns of the row. */
const record = z.strictObject({
  report: z.string(),
  set: z.record(z.string(), z.string()).default({}),
  by: z.record(z.string(), key),
});

const SQL_FILE = /^(\.\.\/[a-z0-9-]+\/)?[a-z0-9-]+\.sql$/;

const base = {
  /** Names the section in `?section=`. */
  key,
  /** The `.sql` file beside the report, or in another's folder. */
  query: z.string().regex(SQL_FILE),
  /** The report that has more of it, which the page leads to. Whoever may not open that one does not see the section. */
  from: z.string().optional(),
  /**
   * The value of the query's column `part` in the rows of this section. Sections that are different ways of adding up the
   * same rows share a query, which a page then runs once.
   */
  part: key.optional(),
  columns: z.array(columnSchema).min(1),
  /** By column: the rows behind its numbers. */
  drills: z.record(key, drill).default({}),
};

const tile = z.strictObject({
  label: note,
  /** Column that is the figure. */
  value: key,
  short: z.boolean().optional(),
  /** Said in place of the figure when it is NULL. */
  empty: note,
  /** Which direction of a change is good: colours the figure. */
  better: z.enum(["up", "down"]).optional(),
  /** A bar of `value` (0 to 1 and beyond) with a tick at `mark`. */
  meter: z.strictObject({ value: key, mark: key }).optional(),
  /** Interval drawn under a rate. */
  interval: z.strictObject({ low: key, high: key }).optional(),
  notes: z.array(note),
});

const tiles = z.strictObject({
  kind: z.literal("tiles"),
  ...base,
  title: z.string(),
  tiles: z.array(tile).min(1),
  /** The page has the section only while one of these columns is above 0. */
  only: z.array(key).optional(),
  /** Said above the page when the column `when` is above 0. */
  notices: z.array(z.strictObject({ when: key, text: note })).default([]),
});

const series = z.strictObject({
  key,
  label: z.string(),
  /** What it is to the others, which decides how it is drawn; a `series` is one of several alike. */
  role: z.enum(["main", "soft", "comparison", "target", "series"]),
});

const chart = z.strictObject({
  kind: z.literal("chart"),
  ...base,
  title: z.string(),
  /** Holes are filled from the last row. */
  about: note,
  empty: z.string(),
  wide: z.boolean().default(false),
  chart: z.strictObject({
    /** `bar` lies, `columns` stand; several series are stacked. A `funnel` is bars that narrow, each with its `rate`. */
    type: z.enum(["line", "bar", "columns", "funnel", "interval"]),
    x: key,
    series: z.array(series).min(1),
    /** One line for each value of this column. */
    splitBy: key.optional(),
    /** One small chart for each value of this column. */
    panelBy: key.optional(),
    /** Column with a line of text to stand under the title of its small chart. */
    panelNote: key.optional(),
    /** Interval columns for the type `interval`. */
    low: key.optional(),
    high: key.optional(),
    /** Column with the number of observations behind a point. */
    n: key.optional(),
    /** Column with the rate that is written beside a step of a funnel. */
    rate: key.optional(),
  }),
});

const cell = z.strictObject({
  key,
  /** Draw the value as a bar as well. */
  bar: z.boolean().optional(),
  /**
   * Draw the interval with the value. Rates run from 0 to 1; other values from the lowest to the highest end among
   * the rows that agree in the column `within`. `quiet` leaves the ends to the picture and the exports; `n` is said
   * after them.
   */
  interval: z
    .strictObject({
      low: key,
      high: key,
      n: key.optional(),
      within: key.optional(),
      quiet: z.boolean().optional(),
    })
    .optional(),
  /** Say `text` beside the value where the boolean column is true. */
  flag: z.strictObject({ key, text: z.string() }).optional(),
  /** A value on a link that filters the page: parameter name, and the column with its value. */
  filter: z.strictObject({ parameter: z.string(), key }).optional(),
  /** A value on a link to what it names: a report about that alone, whatever this page is filtered by. */
  opens: record.optional(),
  /** The cell is there only while this parameter is set; else its column is only in the exports. */
  when: z.string().optional(),
  /** Further columns that this cell stands for. */
  carries: z.array(key).optional(),
  /** Second line of the cell: a column shown small, a count with its noun for one and for several. */
  below: z.strictObject({ key, noun: z.tuple([z.string(), z.string()]).optional() }).optional(),
});

const table = z.strictObject({
  kind: z.literal("table"),
  ...base,
  title: z.string(),
  /** `{links}` writes nothing, and is there only where links of the page lead somewhere. */
  about: note,
  empty: z.string(),
  /** The section that exports give without `?section=`. */
  main: z.boolean().default(false),
  /** How columns stand on the page; left out, one cell each. */
  cells: z.array(cell).optional(),
  /** Rows on one page of the table; exports are always complete. */
  pageRows: z.number().int().positive().default(100),
  /**
   * The order of the rows, as columns of the query; `-` before one turns it round, NULL comes last. The query then has
   * no ORDER BY of its own. Left out, the query has its order. A query that can tell the rows of a page without making all
   * may give those alone: in this order, `:rows_before` come before them, and `:rows_shown` may be shown. Both are NULL
   * where all rows are asked for.
   */
  order: z.array(z.string().regex(/^-?[a-z][a-z0-9_]*$/)).optional(),
  /**
   * A query of one row with the total of all rows, and their number as `row_count`: for long lists, which would have to
   * be read whole for it. Left out, the query marks a row of its own `is_total`, also with `row_count`, or there is none.
   */
  totalQuery: z.string().regex(SQL_FILE).optional(),
  /** The same for a long list without a total: `row_count` alone, or no row where there are none. */
  countQuery: z
    .string()
    .regex(/^[a-z0-9-]+\.sql$/)
    .optional(),
  /** Which row of the count is the table's, by its `part`: for tables that are counted in one query. */
  countPart: z.string().optional(),
});

export const sectionSchema = z.discriminatedUnion("kind", [tiles, chart, table]);

export type AnySectionInput = z.input<typeof sectionSchema>;
export type Section = z.output<typeof sectionSchema>;
export type TilesSection = z.output<typeof tiles>;
export type ChartSection = z.output<typeof chart>;
export type TableSection = z.output<typeof table>;
export type Tile = z.output<typeof tile>;
export type Cell = z.output<typeof cell>;
export type Note = z.output<typeof note>;
export type RecordLink = z.output<typeof record>;
export type Drill = z.output<typeof drill>;
export type SectionInput<Kind> = Extract<z.input<typeof sectionSchema>, { kind: Kind }>;
