import type pg from "pg";
import { EVERYTHING } from "../../src/db/transaction.ts";
import { boundQuery } from "../../src/reports/bound-query.ts";
import { findSection } from "../../src/reports/export.ts";
import { NOTHING } from "../../src/reports/known.ts";
import { literalQuery } from "../../src/reports/literal-query.ts";
import { findReport, loadReports } from "../../src/reports/load.ts";
import { openReport } from "../../src/reports/open.ts";
import { readSnapshot } from "../../src/reports/snapshot.ts";

const catalogue = await loadReports();

/** Milliseconds until PostgreSQL has the first row of a report's main table, as its export asks for it. */
export async function firstRow(pool: pg.Pool, slug: string, parameters: string): Promise<number> {
  const report = findReport(catalogue, slug);
  const query = new URLSearchParams(parameters);
  const source = {
    pool,
    viewer: EVERYTHING,
    timeZone: "UTC",
    currency: "USD",
    now: () => new Date(),
    edition: "bench",
  };
  const section = findSection(report, undefined);
  const asked = { report, query, sections: [section], form: [], isPage: false };
  return readSnapshot(source, async (client) => {
    const opened = await openReport(client, source, asked, NOTHING);
    if (opened.unchanged) throw new Error("nothing was known");
    const { state, context } = opened;
    const sql = literalQuery(boundQuery(report, section, state, context));
    // COPY is planned for all of the rows, and may take as long as it takes.
    await client.query("SET LOCAL cursor_tuple_fraction = 1; SET LOCAL statement_timeout = 0");
    const began = performance.now();
    await client.query(`DECLARE first CURSOR FOR ${sql}`);
    await client.query("FETCH 1 FROM first");
    return performance.now() - began;
  });
}
