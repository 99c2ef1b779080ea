import type pg from "pg";
import { boundPage, boundQuery, boundTotal, sharedQuery } from "../../src/reports/bound-query.ts";
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

const MOST_REMOVED = 0.9;

/**
 * Where a page of a report, as it is planned and run for a viewer, reads many rows of a table and throws most of them away.
 * @param manyRows below, a read costs little whatever it throws away
 */
export const wastefulScans = (
  source: ReportSource,
  report: LoadedReport,
  query: URLSearchParams,
  manyRows = 20_000,
): Promise<WastefulScan[]> =>
  readSnapshot(source, async (client) => {
    const context = await contextOf(client, source, { report, withOptions: false });
    await keepChanges(client, { marts: report.marts, owners: undefined });
    const state = await resolveState(report, query, context);
    const found: WastefulScan[] = [];
    const seen = new Set<string>();
    for (const section of report.sections) {
      const rows =
        section.kind === "table" && section.order
          ? boundPage(report, section, state, context)
          : (sharedQuery(report, section, state, context) ??
            boundQuery(report, section, state, context));
      for (const bound of [rows, boundTotal(report, section, state, context)]) {
        // Several sections may be parts of one query, and a total one of them.
        if (!bound || seen.has(bound.text)) continue;
        seen.add(bound.text);
        for (const node of await planOf(client, bound)) {
          const scan = scanOf(node);
          if (
            scan &&
            scan.rowsRead > manyRows &&
            scan.rowsKept < scan.rowsRead * (1 - MOST_REMOVED)
          )
            found.push({ section: section.key, ...scan });
        }
      }
    }
    return found;
  });

function scanOf(node: Node): Omit<WastefulScan, "section"> | undefined {
  const relation = node["Relation Name"];
  const loops = node["Actual Loops"];
  const removed =
    (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0);
  const rowsKept = Math.round(node["Actual Rows"] * loops);
  // PostgreSQL's own tables do not grow with the data.
  return relation && !relation.startsWith("pg_")
    ? { relation, rowsRead: rowsKept + Math.round(removed * loops), rowsKept }
    : undefined;
}

async function planOf(
  client: pg.PoolClient,
  { text, values }: { text: string; values: unknown[] },
): Promise<Node[]> {
  const { rows } = await client.query(`EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`, values);
  const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)];
  return flat(rows[0]["QUERY PLAN"][0].Plan);
}
