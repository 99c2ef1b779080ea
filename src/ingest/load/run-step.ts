import { basename } from "node:path";
import type pg from "pg";
import type { StepPlan } from "../plan/step.ts";
import type { Reject, Rejects } from "../rejects.ts";
import { applyChecks } from "./checks.ts";
import { defineCustomFields } from "./definitions.ts";
import { settleDuplicates } from "./duplicates.ts";
import { writeRows } from "./isolate.ts";
import { resolveLookups } from "./lookups.ts";
import { makePartitions } from "./partitions.ts";
import { joinExisting } from "./proposal.ts";
import { writeSecrets } from "./secrets.ts";
import { ROWS } from "./sql.ts";
import { checkOrder } from "./stage-path.ts";
import { createStaging, stageRows } from "./staging.ts";

/** What one step did: read = inserted + updated + unchanged + skipped + rejected. */
export interface StepResult {
  step: string;
  file: string;
  table: string;
  read: number;
  inserted: number;
  updated: number;
  unchanged: number;
  /** Rows that the mapping leaves out: `only`, and repeats with `duplicates: "first"`. */
  skipped: number;
  rejected: number;
  notes: string[];
  /** The first few rejected rows. */
  examples: Reject[];
  seconds: number;
}

/** Runs one step inside the import's transaction. */
export async function runStep(
  client: pg.ClientBase,
  plan: StepPlan,
  rejects: Rejects,
  onProgress: (read: number) => void,
): Promise<StepResult> {
  const started = performance.now();
  for (const output of plan.outputs) output.defaults.count = 0;
  await createStaging(client, plan);
  const staged = await stageRows(client, plan, onProgress);
  const repeated = await settleDuplicates(client, plan);
  const defined = await defineCustomFields(client, plan);
  const mayExist = await anyExists(client, plan);
  await makePartitions(client, plan);
  await applyChecks(client, plan, mayExist);
  await checkOrder(client, plan);
  const notes = await resolveLookups(client, plan);
  const written = await writeRows(client, plan, mayExist);
  const secrets = await writeSecrets(client, plan);
  const { count: rejected, examples } = await rejects.collect(client, plan);

  const skipped = staged.passedOver + repeated;
  const { inserted, updated } = written;
  return {
    step: plan.name,
    file: plan.file.path,
    table: plan.table.name,
    read: staged.read,
    inserted,
    updated,
    unchanged: staged.read - skipped - rejected - inserted - updated,
    skipped,
    rejected,
    notes: [...notes, ...secrets, ...defaultNotes(plan), ...fieldNotes(plan, defined)],
    examples,
    seconds: (performance.now() - started) / 1000,
  };
}

/** Keys that are look-ups are not known at this point: they may exist. */
async function anyExists(client: pg.ClientBase, plan: StepPlan): Promise<boolean> {
  if (plan.target.key.every((column) => column !== "source" && isReference(plan, column)))
    return true;
  const { rows } = await client.query(
    `SELECT EXISTS (SELECT FROM ${ROWS} AS s ${joinExisting(plan, "JOIN")}) AS exists`,
  );
  return rows[0].exists;
}

const isReference = (plan: StepPlan, column: string) =>
  plan.outputs.some((output) => output.name === column && output.type === "text" && output.lookup);

function defaultNotes(plan: StepPlan): string[] {
  return plan.outputs
    .filter((output) => output.defaults.count > 0)
    .map(({ name: column, defaults }) => {
      const rows = `${defaults.count.toLocaleString("en")} ${defaults.count === 1 ? "row" : "rows"}`;
      return `${rows} had no ${defaults.lacked || column}: ${column} is '${defaults.text}'`;
    });
}

function fieldNotes(plan: StepPlan, defined: readonly string[]): string[] {
  const notes: string[] = [];
  if (defined.length > 0) notes.push(`defined custom fields: ${defined.join(", ")}`);
  if (plan.unused.length > 0) {
    notes.push(`columns of ${basename(plan.file.path)} not used: ${plan.unused.join(", ")}`);
  }
  return notes;
}
