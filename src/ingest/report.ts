import { basename } from "node:path";
import type { StepResult } from "./load/run-step.ts";
import type { ImportResult } from "./run.ts";

const COUNTS = ["read", "inserted", "updated", "unchanged", "skipped", "rejected"] as const;

/** What an import did, for people: a table of counts, the notes, and the first rejected rows. */
export function describeImport(result: ImportResult): string {
  const table = layOut([
    ["step", ...COUNTS],
    ...result.steps.map((step) => [step.step, ...COUNTS.map((count) => number(step[count]))]),
    ...(result.steps.length > 1
      ? [["together", ...COUNTS.map((count) => number(result[count]))]]
      : []),
  ]);
  const details = result.steps.flatMap(describeStep);
  return [...table, ...(details.length > 0 ? ["", ...details] : []), "", verdict(result)].join(
    "\n",
  );
}

function describeStep({ step, file, notes, examples, rejected }: StepResult): string[] {
  const lines = notes.map((note) => `${step}: ${note}`);
  for (const { line, column, value, reason } of examples) {
    const place = column ? `, ${column}${value ? ` ${JSON.stringify(value)}` : ""}` : "";
    lines.push(`${step}: rejected ${basename(file)} line ${line}${place}: ${reason}`);
  }
  const more = rejected - examples.length;
  if (more > 0) lines.push(`${step}: and ${number(more)} more rejected rows`);
  return lines;
}

function verdict(result: ImportResult): string {
  const where = result.rejects_file ? `; all of them are in ${result.rejects_file}` : "";
  const rejected =
    result.rejected > 0 ? ` ${rows(result.rejected)} rejected${where}.` : " No row was rejected.";
  const took = `in ${result.seconds.toFixed(1)} s`;
  if (result.dry_run) return `Dry run ${took}: nothing was written.${rejected}`;
  if (!result.loaded) return `Nothing was loaded, because of --strict.${rejected}`;
  const written = result.inserted + result.updated;
  const loaded =
    written === 0 ? `Nothing to do: every row is there already` : `Loaded ${rows(written)}`;
  return `${loaded} ${took}.${rejected}`;
}

const number = (value: number) => value.toLocaleString("en");
const rows = (count: number) => `${number(count)} ${count === 1 ? "row" : "rows"}`;

/** Columns as wide as their widest cell; the first to the left, counts to the right. */
function layOut(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_cell, index) =>
    Math.max(...table.map((row) => row[index]?.length ?? 0)),
  );
  return table.map((row) =>
    row
      .map((cell, index) =>
        index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
      )
      .join("  "),
  );
}
