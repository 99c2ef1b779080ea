import type { TableSection } from "./section.ts";
import type { TableView } from "./table-view.ts";

/** A query as PostgreSQL takes it. */
export interface BoundQuery {
  text: string;
  values: unknown[];
}

const term = (key: string, isDescending: boolean): string =>
  `"${key}" ${isDescending ? "DESC" : "ASC"} NULLS LAST`;

/**
 * The rows of a table in the order that the reader asked for, or else in the table's own; its total, where the query
 * has one, first. Equal values keep the table's own order, so that pages neither repeat nor lose a row.
 */
export function inOrder(
  { text, values }: BoundQuery,
  { order }: Pick<TableSection, "order">,
  sort: TableView["sort"],
): BoundQuery {
  const asked = sort ? [term(sort.key, sort.isDescending)] : [];
  if (order) {
    const own = order.map((key) => term(key.replace(/^-/, ""), key.startsWith("-")));
    return { text: `${text}\nORDER BY ${[...asked, ...own].join(", ")}`, values };
  }
  if (!sort) return { text, values };
  const total = /\bis_total\b/.test(text) ? ["is_total DESC"] : [];
  return {
    text: `SELECT * FROM (SELECT result.*, row_number() OVER () AS place FROM (\n${text}\n) AS result) AS placed\nORDER BY ${[...total, ...asked, "place"].join(", ")}`,
    values,
  };
}

/** So many of the rows, after so many. */
export const onPage = (
  { text, values }: BoundQuery,
  count: number,
  before: number,
): BoundQuery => ({ text: `${text}\nLIMIT ${count} OFFSET ${before}`, values });
