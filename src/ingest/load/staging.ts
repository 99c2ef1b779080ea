import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { Refusal } from "../convert/refusal.ts";
import type { StepPlan } from "../plan/step.ts";
import { CopyText } from "./copy-text.ts";
import { list, name, ROWS } from "./sql.ts";

export interface Staged {
  /** Records in the file. */
  read: number;
  /** Records that the step is not about. */
  passedOver: number;
}

/** Makes the staging table of a step. */
export async function createStaging(client: pg.ClientBase, plan: StepPlan) {
  const columns = plan.outputs.map((output) => `${name(output.name)} ${output.type}`);
  const identity = hasSelfLookup(plan) ? ["row_id uuid"] : [];
  await client.query(`DROP TABLE IF EXISTS ${ROWS}`);
  await client.query(`
    CREATE TEMPORARY TABLE import_rows (
      ${list([
        "row_line bigint NOT NULL",
        "bad_column text",
        "bad_value text",
        "bad_reason text",
        ...identity,
        ...columns,
      ])}
    ) ON COMMIT DROP`);
}

export const hasSelfLookup = (plan: StepPlan) =>
  plan.outputs.some((output) => output.lookup?.isSelf);

/**
 * Streams a file into the staging table: each row converted, or with the reason why not.
 * @param onProgress called now and then with the number of records read so far
 */
export async function stageRows(
  client: pg.ClientBase,
  plan: StepPlan,
  onProgress: (read: number) => void,
): Promise<Staged> {
  const staged: Staged = { read: 0, passedOver: 0 };
  const columns = plan.outputs.map((output) => name(output.name));
  const copy = client.query(
    copyFrom(
      `COPY ${ROWS} (${list(["row_line", "bad_column", "bad_value", "bad_reason", ...columns])}) FROM STDIN`,
    ),
  );
  await pipeline(rowTexts(plan, staged, onProgress), copy);
  await client.query(`ANALYZE ${ROWS}`);
  return staged;
}

async function* rowTexts(plan: StepPlan, staged: Staged, onProgress: (read: number) => void) {
  const text = new CopyText(plan.outputs.length);
  for await (const { lines, rows } of plan.file.batches()) {
    for (const [index, row] of rows.entries()) {
      const line = lines[index] ?? 0;
      staged.read += 1;
      if (row instanceof Refusal) text.refuse(line, row);
      else if (!plan.isWanted(row) || !convertRow(plan, row, line, text)) staged.passedOver += 1;
    }
    onProgress(staged.read);
    if (text.length > 0) yield text.take();
  }
}

const SHOWN = 200;

/** Converts a row, or notes why it cannot be. @returns false for a row that is not meant */
function convertRow(plan: StepPlan, row: readonly string[], line: number, text: CopyText): boolean {
  text.begin(line);
  for (const output of plan.outputs) {
    const value = output.read(row, line);
    if (value === null && output.name === plan.skipBlank) return false;
    if (value instanceof Refusal || (value === null && output.isRequired)) {
      const reason =
        value instanceof Refusal ? value.reason : `${output.name} is needed and this is blank`;
      const raw = value?.value ?? output.raw(row, line);
      text.refuse(line, new Refusal(reason, value?.column ?? output.label, raw.slice(0, SHOWN)));
      return true;
    }
    text.add(value);
  }
  text.end();
  return true;
}
