import type pg from "pg";
import type { StepPlan } from "../plan/step.ts";
import { explainError, isAboutRows } from "./reasons.ts";
import { name, ROWS } from "./sql.ts";
import { hasSelfLookup } from "./staging.ts";
import { type Range, type Written, writeRange } from "./write.ts";

/** A row that the database refused, and why. */
interface Refused {
  line: number;
  error: object;
}

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
  if (first === null) return NOTHING;
  const refused: Refused[] = [];
  const written = await tryRange(client, plan, mayExist, toRange(first, last), refused);
  return add(written, await tryAgain(client, plan, refused));
}

const NOTHING: Written = { inserted: 0, updated: 0 };
const toRange = (first: string, last: string) => ({ first: Number(first), last: Number(last) });
const add = (a: Written, b: Written): Written => ({
  inserted: a.inserted + b.inserted,
  updated: a.updated + b.updated,
});

async function tryRange(
  client: pg.ClientBase,
  plan: StepPlan,
  mayExist: boolean,
  range: Range,
  refused: Refused[],
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
    if (range.first === range.last) {
      refused.push({ line: range.first, error });
      return NOTHING;
    }
  }
  const middle = Math.floor((range.first + range.last) / 2);
  const lower = { first: range.first, last: middle };
  const upper = { first: middle + 1, last: range.last };
  return add(
    await tryRange(client, plan, mayExist, lower, refused),
    await tryRange(client, plan, mayExist, upper, refused),
  );
}

/** A row may have been refused because the row that it points to was not written yet. */
async function tryAgain(client: pg.ClientBase, plan: StepPlan, refused: readonly Refused[]) {
  let written = NOTHING;
  let left = [...refused];
  let before = -1;
  while (hasSelfLookup(plan) && left.length > 0 && left.length !== before) {
    before = left.length;
    const again: Refused[] = [];
    for (const { line } of left) {
      written = add(
        written,
        await tryRange(client, plan, true, { first: line, last: line }, again),
      );
    }
    left = again;
  }
  for (const { line, error } of left) await reject(client, plan, line, error);
  return written;
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
