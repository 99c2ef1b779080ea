import type pg from "pg";
import { createPool } from "../../src/db/pool.ts";
import { foldMart } from "../../src/marts/fold.ts";

interface PlanNode {
  "Node Type": string;
  "Relation Name"?: string;
  Schema?: string;
  "Index Cond"?: string;
  "Recheck Cond"?: string;
  Plans?: PlanNode[];
}

export interface FoldPlans {
  statements: number;
  /** Scans of base tables and materialized views. */
  scans: number;
  /** Those of them that read all of a table that has more than a few pages. */
  whole: string[];
}

const EXPLAIN = `
  LOAD 'auto_explain';
  SET auto_explain.log_min_duration = 0;
  SET auto_explain.log_nested_statements = on;
  SET auto_explain.log_verbose = on;
  SET auto_explain.log_format = json;
  SET client_min_messages = log`;

/** A fold with every plan that it runs. @returns undefined where the login may not look */
export async function explainFold(url: string, mart: string): Promise<FoldPlans | undefined> {
  const pool = createPool(url, { name: "bench plans", max: 1 });
  try {
    const large = await largeTables(pool);
    const notices: string[] = [];
    const client = await pool.connect();
    client.on("notice", ({ message }) => notices.push(message ?? ""));
    try {
      await client.query(EXPLAIN);
    } catch (error) {
      if ((error as pg.DatabaseError).code === "42501") return undefined;
      throw error;
    } finally {
      client.release();
    }
    await foldMart(pool, mart);
    const plans = notices.filter((text) => text.includes("plan:")).map(planOf);
    const scans = plans.flatMap(nodes).filter((node) => large.has(nameOf(node)));
    return {
      statements: plans.length,
      scans: scans.length,
      whole: [...new Set(scans.filter(isWhole).map(nameOf))],
    };
  } finally {
    await pool.end();
  }
}

/** Tables that nobody may read whole for a few keys: all but the small ones, and the logs, which are what changed. */
async function largeTables(pool: pg.Pool): Promise<Set<string>> {
  const { rows } = await pool.query<{ name: string }>(`
    SELECT relnamespace::regnamespace || '.' || relname AS name FROM pg_class
    WHERE relkind IN ('r', 'm') AND relpages > 8
      AND (relnamespace = 'crm'::regnamespace OR (relnamespace = 'mart'::regnamespace AND relkind = 'm'))`);
  return new Set(rows.map(({ name }) => name));
}

const planOf = (notice: string): PlanNode =>
  JSON.parse(notice.slice(notice.indexOf("plan:") + "plan:".length)).Plan;

const nodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)];

const nameOf = (node: PlanNode) => `${node.Schema}.${node["Relation Name"]}`;

function isWhole(node: PlanNode): boolean {
  if (node["Node Type"] === "Seq Scan") return true;
  if (node["Node Type"] === "Bitmap Heap Scan") return node["Recheck Cond"] === undefined;
  return node["Node Type"].startsWith("Index") && node["Index Cond"] === undefined;
}
