import type pg from "pg";
import { bindQuery, parseQuery, type Query } from "./query.ts";
import type { ReportState, StateContext } from "./state.ts";

/** A few rows that several sections of a report start from: a page reads them once for all of them. */
export interface Basis {
  query: Query;
  /** The queries of the sections that take these rows as `:basis`, by section key. */
  sections: ReadonlyMap<string, Query>;
}

interface Based {
  queries: ReadonlyMap<string, Query>;
  basis: Basis | undefined;
}

const LINE = /^-- basis: ([a-z0-9-]+\.sql) \((.+)\)$/m;

/** The file that a line `-- basis: file.sql (name type, …)` names, if a query has one. */
export const basisFile = (sql: string): string | undefined => LINE.exec(sql)?.[1];

/** The query with the rows of its basis read where they are needed. */
export const onItsOwn = (sql: string, basis: string): string => sql.replace(LINE, () => basis);

/** The same where the rows come with it. */
export const onBasis = (sql: string): string =>
  sql.replace(LINE, "SELECT * FROM jsonb_to_recordset(:basis) AS basis ($2)");

/** As one value, in which a numeric keeps every digit. */
export const basisQuery = (sql: string): Query =>
  parseQuery(`SELECT coalesce(jsonb_agg(basis), '[]')::text AS basis FROM (\n${sql}\n) AS basis`);

/** Reads the basis of a report, if it has one. @returns the report and the state to read its sections with */
export async function readBasis<R extends Based>(
  client: pg.PoolClient,
  report: R,
  state: ReportState,
  { planned }: Pick<StateContext, "planned">,
): Promise<{ report: R; state: ReportState }> {
  if (!report.basis) return { report, state };
  const { text, values } = bindQuery(report.basis.query, state.bindings);
  const { rows } = await client.query<{ basis: string }>(planned(text), values);
  return {
    report: { ...report, queries: new Map([...report.queries, ...report.basis.sections]) },
    state: {
      ...state,
      bindings: { ...state.bindings, basis: { type: "jsonb", value: rows[0]?.basis } },
    },
  };
}
