import type pg from "pg";
import type { StepPlan } from "../plan/step.ts";
import { writeLinks } from "./links.ts";
import { propose } from "./proposal.ts";
import { crm, list, name } from "./sql.ts";
import { advanceStages, buildPath, firstStage } from "./stage-path.ts";

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
  const differs = (row: string, other: (column: string) => string) =>
    compared.length === 0
      ? "false"
      : `ROW(${list(compared.map((column) => `${row}.${name(column)}`))}) IS DISTINCT FROM ROW(${list(compared.map(other))})`;
  const isNews = `(NOT (${proposal.isKnown}) OR ${differs("e", (column) => proposal.values.get(column) ?? "")})`;

  // Writers that take rows in one order do not deadlock.
  const ordering = plan.target.key
    .filter((column) => column !== "source")
    .map((column) => proposal.values.get(column) ?? "s.row_line");
  const inserted = await countNew(client, proposal, inRange);
  const { rowCount } = await client.query(`
    INSERT INTO ${crm(plan.table.name)} AS t (${list(columns.map(name))})
    SELECT ${list(values)}
    ${proposal.from.replace("WHERE", `${hasPath ? "LEFT JOIN pg_temp.import_path AS first_stage ON first_stage.row_line = s.row_line AND first_stage.position = 1\n" : ""}WHERE`)}
      AND ${inRange}
      ${mayExist ? `AND ${isNews}` : ""}
    ORDER BY ${list(ordering)}
    ON CONFLICT (${list(plan.target.key.map(name))}) ${
      compared.length === 0
        ? "DO NOTHING"
        : `DO UPDATE SET ${list(compared.map((column) => `${name(column)} = excluded.${name(column)}`))}
           WHERE ${differs("t", (column) => `excluded.${name(column)}`)}`
    }`);
  if (hasPath) await advanceStages(client, plan, proposal);
  await writeLinks(client, plan, inRange);
  return { inserted, updated: (rowCount ?? 0) - inserted };
}

async function countNew(
  client: pg.ClientBase,
  { from, isKnown }: ReturnType<typeof propose>,
  inRange: string,
): Promise<number> {
  const { rows } = await client.query(
    `SELECT count(*)::integer AS count ${from} AND ${inRange} AND NOT (${isKnown})`,
  );
  return rows[0].count;
}
