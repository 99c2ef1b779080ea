import { EVERYTHING } from "../../src/db/transaction.ts";
import { bindQuery } from "../../src/reports/query.ts";
import { readSnapshot } from "../../src/reports/snapshot.ts";
import { resolveState } from "../../src/reports/state.ts";
import type { Bench } from "./bench.ts";
import type { LiveMart } from "./live-mart.ts";

/** One section of a report as PostgreSQL gets it, through the live view and past it. */
export interface SectionQuery {
  key: string;
  live: Query;
  bare: Query;
  /** Live, and limited by nothing. */
  everybodys: Query;
}

export interface Query {
  text: string;
  values: unknown[];
}

/**
 * The sections of a mart's report that read it, with the parameters of a URL bound as for a page.
 * @param rows for whom the live side is planned: somebody who sees all rows, or some people's
 */
export async function sectionQueries(
  bench: Bench,
  mart: LiveMart,
  parameters: Record<string, string>,
  rows: "all" | "own" = "all",
): Promise<SectionQuery[]> {
  const report = bench.reports.get(mart.report);
  if (!report) throw new Error(`there is no report ${mart.report}`);
  const { bindings } = await readSnapshot({ pool: bench.reader, viewer: EVERYTHING }, (client) =>
    resolveState(report, new URLSearchParams(parameters), {
      client,
      today: bench.today,
      currency: bench.currency,
      withOptions: false,
      seesAll: rows === "all",
      planned: (sql) => sql,
    }),
  );
  return [...report.queries]
    .map(([key, query]) => {
      const { text, values } = bindQuery(query, { ...bindings, ...FIRST_PAGE });
      return {
        key,
        live: { text: bench.plannedFor(rows)(text), values },
        bare: { text: bench.bare.query(text), values },
        everybodys: { text: bench.everybodys.query(text), values },
      };
    })
    .filter(({ bare, everybodys }) => bare.text !== everybodys.text);
}

const FIRST_PAGE = {
  rows_before: { type: "int", value: 0 },
  rows_shown: { type: "int", value: 101 },
} as const;

/** What a client asks for without thinking: a person's rows of the last year. */
export function plainQuery(
  { bare, everybodys }: Bench,
  mart: LiveMart,
  person: string,
): SectionQuery {
  const text = `SELECT * FROM reporting.${mart.name} WHERE ${mart.owner} = $1 AND ${mart.day} > current_date - 365`;
  return {
    key: "plain SELECT",
    live: { text, values: [person] },
    bare: { text: bare.query(text), values: [person] },
    everybodys: { text: everybodys.query(text), values: [person] },
  };
}
