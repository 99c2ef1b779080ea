import type { StatusRow } from "./status.ts";

/** A worker looks for what is due twice a minute. */
const SILENT_SECONDS = 180;

/**
 * What an operator has to look after, the worst first.
 * @param workerSilence seconds since a worker was last seen
 * @returns undefined when there is nothing
 */
export function problemOf(mart: StatusRow, workerSilence: number | null): string | undefined {
  const name = `Mart ${mart.mart}`;
  const problems: string[] = [];
  if (mart.last_status === "failed") {
    problems.push(`${mart.last_error}${inARow(mart.failure_count)}`);
  } else if (mart.refreshed_at === null) problems.push(`${name} is not filled yet`);
  if (mart.drift) {
    const when = isAfter(mart.refreshed_at, mart.audited_at) ? ", and was refreshed since" : "";
    problems.push(
      `${name} differed from its definition in ${rows(mart.drift)} at its last audit${when}`,
    );
  }
  if (mart.fold_failure_count > 0) {
    const often = inARow(mart.fold_failure_count);
    problems.push(`Changes of mart ${mart.mart} were not folded: ${mart.fold_error}${often}`);
  }
  if (mart.audit_error) problems.push(mart.audit_error);
  if (workerSilence !== null && workerSilence > SILENT_SECONDS)
    problems.push(`${name} is neither refreshed nor folded: no worker is running`);
  return problems.length > 0 ? problems.join("; ") : undefined;
}

const inARow = (times: number) => (times > 1 ? ` (${times} times in a row)` : "");
const isAfter = (one: string | null, other: string | null) => (one ?? "") > (other ?? "");
const rows = (count: number) => `${count.toLocaleString("en")} ${count === 1 ? "row" : "rows"}`;
