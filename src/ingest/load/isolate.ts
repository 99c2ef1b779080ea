import type pg from "pg";
import type { StepPlan } from "../plan/step.ts";
import { explainError, isAboutRows } from "./reasons.ts";
import { name, ROWS } from "./sql.ts";
import { type Range, type Written, writeRange } from "./write.ts";

const UNIQUE = "23505";

/**
 * Writes all good rows. When the database refuses some that every check let pass, halves the rows until the culprits
 * stand alone, rejects them, and writes the others.
 */
export async function writeRows(
  client: pg.ClientBase,
  plan: StepPlan,
  mayExist: boolean,
): Promise<Written> {
  const { rows } = await client.query<{ first: string | null; last: string }>(
    `SELECT min(row_line) AS first, max(row_line) AS last FROM ${ROWS} WHERE bad_reason IS NULL`,
  );
  const [{ first, last } = { first: null, last: "0" }] = rows;
  if (first === null) return { inserted: 0, updated: 0 };
  return tryRange(client, plan, mayExist, { first: Number(first), last: Number(last) });
}

async function tryRange(
  client: pg.ClientBase,
  plan: StepPlan,
  mayExist: boolean,
  range: Range,
): Promise<Written> {
  await client.query("SAVEPOINT import_range");
  try {
    const written = await writeRange(client, plan, mayExist, range);
    await client.query("RELEASE SAVEPOINT import_range");
    return written;
  } catch (error) {
    if (!isAboutRows(error)) throw error;
    await client.query("ROLLBACK TO SAVEPOINT import_range");
    await client.query("RELEASE SAVEPOINT import_range");
    // Somebody else may have written one of the rows meanwhile: then it exists, and is no mistake.
    if (!mayExist && error.code === UNIQUE) return tryRange(client, plan, true, range);
    if (range.first === range.last) {
      await reject(client, plan, range.first, error);
      return { inserted: 0, updated: 0 };
    }
  }
  const middle = Math.floor((range.first + range.last) / 2);
  const lower = await tryRange(client, plan, mayExist, { first: range.first, last: middle });
  const upper = await tryRange(client, plan, mayExist, { first: middle + 1, last: range.last });
  return {
    inserted: lower.inserted + upper.inserted,
    updated: lower.updated + upper.updated,
  };
}

async function reject(client: pg.ClientBase, plan: StepPlan, line: number, error: object) {
  const { column, reason } = explainError(plan, error);
  const output = plan.outputs.find((candidate) => candidate.name === column);
  const value = output ? `left(${name(output.name)}::text, 200)` : "NULL";
  await client.query(
    `UPDATE ${ROWS} SET bad_column = $2, bad_value = ${value}, bad_reason = $3 WHERE row_line = $1`,
    [line, output?.label ?? column, reason],
  );
}
