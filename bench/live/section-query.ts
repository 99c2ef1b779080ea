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
}

export interface Query {
  text: string;
  values: unknown[];
}

/** The sections of a mart's report that read it, with the parameters of a URL bound as for a page. */
export async function sectionQueries(
  bench: Bench,
  mart: LiveMart,
  parameters: Record<string, string>,
): Promise<SectionQuery[]> {
  const report = bench.reports.get(mart.report);
  if (!report) throw new Error(`there is no report ${mart.report}`);
  const { bindings } = await readSnapshot({ pool: bench.reader, viewer: EVERYTHING }, (client) =>
    resolveState(report, new URLSearchParams(parameters), {
      client,
      today: bench.today,
      currency: bench.currency,
      withOptions: false,
    }),
  );
  return [...report.queries]
    .map(([key, query]) => {
      const live = bindQuery(query, bindings);
      return { key, live, bare: { ...live, text: bench.bare.query(live.text) } };
    })
    .filter(({ live, bare }) => live.text !== bare.text);
}

/** What a client asks for without thinking: a person's rows of the last year. */
export function plainQuery({ bare }: Bench, mart: LiveMart, person: string): SectionQuery {
  const text = `SELECT * FROM reporting.${mart.name} WHERE ${mart.owner} = $1 AND ${mart.day} > current_date - 365`;
  return {
    key: "plain SELECT",
    live: { text, values: [person] },
    bare: { text: bare.query(text), values: [person] },
  };
}
