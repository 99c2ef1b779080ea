import type pg from "pg";
import type { StepPlan } from "../plan/step.ts";
import { writeLinks } from "./links.ts";
import { propose } from "./proposal.ts";
import { crm, list, name } from "./sql.ts";
import { advanceStages, buildPath, firstStage, JOIN_FIRST_STAGE } from "./stage-path.ts";

/** Lines of the file, both ends included. */
export interface Range {
  first: number;
  last: number;
}

export interface Written {
  inserted: number;
  updated: number;
}

/**
 * Writes the good rows of a range: one upsert that leaves rows alone which are as the file has them,
 * then the later stages of new deals, and links.
 * @param mayExist whether any row of the file is in the table already
 */
export async function writeRange(
  client: pg.ClientBase,
  plan: StepPlan,
  mayExist: boolean,
  range: Range,
): Promise<Written> {
  const proposal = propose(plan, mayExist);
  const inRange = `s.row_line BETWEEN ${range.first} AND ${range.last}`;
  const hasPath = plan.history.length > 0;
  if (hasPath) await buildPath(client, plan, proposal, inRange);

  const columns = [...proposal.values.keys()];
  const final = [...proposal.values.values()];
  const values = hasPath
    ? columns.map((column, index) => firstStage(column, final[index] ?? ""))
    : final;
  const key = new Set(plan.target.key);
  const compared = columns.filter(
    (column) => !key.has(column) && column !== "source" && column !== "id",
  );
  const differs: Differs = (row, other) =>
    compared.length === 0
      ? "false"
      : `ROW(${list(compared.map((column) => `${row}.${name(column)}`))}) IS DISTINCT FROM ROW(${list(compared.map(other))})`;
  // Writers that take rows in one order do not deadlock.
  const ordering = plan.target.key
    .filter((column) => column !== "source")
    .map((column) => proposal.values.get(column) ?? "s.row_line");
  const isNews = `(NOT (${proposal.isKnown}) OR ${differs("e", (column) => proposal.values.get(column) ?? "")})`;
  const fresh = mayExist ? await countNew(client, proposal, inRange) : 0;
  const { rowCount } = await client.query(`
    INSERT INTO ${crm(plan.table.name)} AS t (${list(columns.map(name))})
    SELECT ${list(values)}
    ${proposal.from}
    ${hasPath ? JOIN_FIRST_STAGE : ""}
    ${proposal.where}
      AND ${inRange}
      ${mayExist ? `AND ${isNews}` : ""}
    ORDER BY ${list(ordering)}
    ${onConflict(plan, compared, differs)}`);
  if (hasPath) await advanceStages(client, plan, proposal);
  await writeLinks(client, plan, inRange);
  const written = rowCount ?? 0;
  return mayExist
    ? { inserted: fresh, updated: written - fresh }
    : { inserted: written, updated: 0 };
}

type Differs = (row: string, other: (column: string) => string) => string;

/** Rows that differ were picked above; somebody may have written one of them since. */
function onConflict(plan: StepPlan, compared: readonly string[], differs: Differs): string {
  const key = list(plan.target.key.map(name));
  if (compared.length === 0) return `ON CONFLICT (${key}) DO NOTHING`;
  const sets = compared.map((column) => `${name(column)} = excluded.${name(column)}`);
  return `
    ON CONFLICT (${key}) DO UPDATE SET ${list(sets)}
    WHERE ${differs("t", (column) => `excluded.${name(column)}`)}`;
}

async function countNew(
  client: pg.ClientBase,
  { from, where, isKnown }: ReturnType<typeof propose>,
  inRange: string,
): Promise<number> {
  const { rows } = await client.query(
    `SELECT count(*)::integer AS count ${from} ${where} AND ${inRange} AND NOT (${isKnown})`,
  );
  return rows[0].count;
}
