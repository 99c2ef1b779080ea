import type pg from "pg";
import { boundPage, boundQuery } from "../../src/reports/bound-query.ts";
import { keepChanges } from "../../src/reports/keep.ts";
import type { LoadedReport } from "../../src/reports/load.ts";
import { contextOf } from "../../src/reports/open.ts";
import { readSnapshot } from "../../src/reports/snapshot.ts";
import type { ReportSource } from "../../src/reports/source.ts";
import { resolveState } from "../../src/reports/state.ts";

/** A read of a table that is worth nothing for the most part. */
export interface WastefulScan {
  section: string;
  relation: string;
  rowsRead: number;
  rowsKept: number;
}

interface Node {
  "Relation Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  Plans?: Node[];
}

/** Below, a read costs a few milliseconds whatever it throws away. */
const MANY_ROWS = 20_000;
const MOST_REMOVED = 0.9;

/** Where a page of a report, as it is planned and run for a viewer, reads many rows of a table and throws most of them away. */
export const wastefulScans = (
  source: ReportSource,
  report: LoadedReport,
  query: URLSearchParams,
): Promise<WastefulScan[]> =>
  readSnapshot(source, async (client) => {
    const context = await contextOf(client, source, { report, withOptions: false });
    await keepChanges(client, { marts: report.marts, owners: undefined });
    const state = await resolveState(report, query, context);
    const found: WastefulScan[] = [];
    for (const section of report.sections) {
      const bound =
        section.kind === "table" && section.order
          ? boundPage(report, section, state, context)
          : boundQuery(report, section, state, context);
      for (const node of await planOf(client, bound)) {
        const removed = (node["Rows Removed by Filter"] ?? 0) * node["Actual Loops"];
        const rowsKept = node["Actual Rows"] * node["Actual Loops"];
        const rowsRead = rowsKept + removed;
        const relation = node["Relation Name"];
        if (relation && rowsRead > MANY_ROWS && removed > rowsRead * MOST_REMOVED)
          found.push({ section: section.key, relation, rowsRead, rowsKept });
      }
    }
    return found;
  });

async function planOf(
  client: pg.PoolClient,
  { text, values }: { text: string; values: unknown[] },
): Promise<Node[]> {
  const { rows } = await client.query(`EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`, values);
  const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)];
  return flat(rows[0]["QUERY PLAN"][0].Plan);
}
