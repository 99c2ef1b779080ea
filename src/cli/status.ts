import type { Command } from "commander";
import { type MartStatus, martStatus } from "../marts/status.ts";
import { withDatabase } from "./context.ts";

/** `status [--json]` */
export function register(program: Command) {
  program
    .command("status")
    .summary("say how fresh the reports are")
    .description(
      "Says for each materialized view behind the reports as of when it is, how its last refresh went, and when the next\n" +
        "one is due. Times are in UTC.",
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

function table(marts: readonly MartStatus[]): string {
  const heading = ["mart", "as of", "seconds", "rows", "last refresh", "next"];
  const lines = marts.map((one) => [
    one.mart,
    minute(one.refreshed_at) ?? "never filled",
    one.duration_seconds?.toFixed(1) ?? "",
    one.row_count?.toLocaleString("en") ?? "",
    one.last_status ?? "",
    minute(one.next_run_at) ?? "",
  ]);
  const all = [heading, ...lines];
  const widths = heading.map((_, column) =>
    Math.max(...all.map((line) => at(line, column).length)),
  );
  const text = all.map((line) => widths.map((width, i) => align(at(line, i), width, i)).join("  "));
  const errors = marts.flatMap(({ last_error }) => last_error ?? []);
  return [...text.map((line) => line.trimEnd()), ...errors].join("\n");
}

const at = (line: readonly string[], column: number) => line[column] ?? "";
const align = (cell: string, width: number, column: number) =>
  column === 2 || column === 3 ? cell.padStart(width) : cell.padEnd(width);
const minute = (iso: string | null) => iso?.slice(0, 16).replace("T", " ");
