import type { Command } from "commander";
import { type MartStatus, martStatus } from "../ops/status.ts";
import { datedInWords, verdict } from "../ops/verdict.ts";
import { withDatabase } from "./context.ts";

/** `status [--json]` */
export function register(program: Command) {
  program
    .command("status")
    .summary("say how fresh the reports are")
    .description(
      "Says for each materialized view behind the reports whether it is live or as of when it is, how its last refresh\n" +
        "went, how many keys changed since the last fold, when the next refresh is due, and the drift that the last audit\n" +
        "found. Times are in UTC.",
    )
    .option("--json", "an array of objects, for programs", false)
    .addHelpText(
      "after",
      `
Examples:
  npm run tidemark -- status
  npm run -s tidemark -- status --json`,
    )
    .action(({ json }: { json: boolean }) =>
      withDatabase(async ({ pool }) => {
        const marts = await martStatus(pool);
        console.log(json ? JSON.stringify(marts, null, 2) : table(marts));
      }),
    );
}

/** What is wrong stands below, mart by mart. */
function table(marts: readonly MartStatus[]): string {
  const heading = ["mart", "shows", "last refresh", "seconds", "rows", "changed", "next", "drift"];
  const lines = marts.map((one) => [
    one.mart,
    one.refreshed_at === null ? "never filled" : one.is_live ? "live" : "as of last refresh",
    [minute(one.refreshed_at), one.last_status === "succeeded" ? "" : one.last_status]
      .filter(Boolean)
      .join(", "),
    one.duration_seconds?.toFixed(1) ?? "",
    one.row_count?.toLocaleString("en") ?? "",
    changed(one.changed_key_count),
    minute(one.next_run_at) ?? "",
    one.drift?.toLocaleString("en") ?? "",
  ]);
  const all = [heading, ...lines];
  const widths = heading.map((_, column) =>
    Math.max(...all.map((line) => at(line, column).length)),
  );
  const text = all.map((line) => widths.map((width, i) => align(at(line, i), width, i)).join("  "));
  const problems = marts.flatMap(({ problem }) => problem ?? []);
  const { text: words, dated } = verdict(marts);
  const notes = [words, datedInWords(dated) ?? [], ...problems].flat();
  return [...text.map((line) => line.trimEnd()), "", ...notes].join("\n");
}

const NUMERIC = new Set([3, 4, 5, 7]);

const at = (line: readonly string[], column: number) => line[column] ?? "";
const align = (cell: string, width: number, column: number) =>
  NUMERIC.has(column) ? cell.padStart(width) : cell.padEnd(width);
const minute = (iso: string | null) => iso?.slice(0, 16).replace("T", " ");
const changed = (keys: number | null) =>
  keys === null ? "" : keys > 10_000 ? "> 10,000" : keys.toLocaleString("en");
