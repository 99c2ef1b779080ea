import type { Command } from "commander";
import { TidemarkError } from "../errors.ts";
import { type MartResult, refreshAll, refreshFrom } from "../marts/refresh-all.ts";
import { withDatabase } from "./context.ts";

/** `refresh [mart]` */
export function register(program: Command) {
  program
    .command("refresh")
    .argument("[mart]", "this one, and those computed from it; without it, all")
    .summary("recompute what reports read")
    .description(
      "Recomputes the materialized views behind the reports. Readers go on meanwhile. When a refresh of the same view\n" +
        "is under way in another process, this one waits for it.",
    )
    .addHelpText(
      "after",
      `
Examples:
  npm run tidemark -- refresh
  npm run tidemark -- refresh sales_dashboard`,
    )
    .action((mart: string | undefined) => refresh(mart));
}

async function refresh(mart: string | undefined) {
  await withDatabase(async ({ pool }) => {
    const onResult = (result: MartResult) => console.log(describe(result));
    const results = mart
      ? await refreshFrom(pool, mart, { onResult })
      : await refreshAll(pool, { onResult });
    const failed = results.filter(({ error }) => error);
    if (failed.length === 0) return;
    throw new TidemarkError(
      "refresh_failed",
      500,
      failed.map(({ error }) => error?.message).join("; "),
    );
  });
}

function describe({ mart, outcome, seconds, because }: MartResult): string {
  const took = `${seconds.toFixed(1)} s`;
  switch (outcome) {
    case "refreshed":
      return `${mart}: refreshed in ${took}`;
    case "shared":
      return `${mart}: refreshed by another process meanwhile (waited ${took})`;
    case "populated":
      return `${mart}: filled already`;
    case "unchanged":
      return `${mart}: nothing has changed`;
    case "skipped":
      return `${mart}: skipped, because it reads ${because}, which failed`;
    case "failed":
      return `${mart}: failed after ${took}`;
  }
}
