import type { Command } from "commander";
import { TidemarkError } from "../errors.ts";
import { type AuditResult, auditAll } from "../marts/audit-all.ts";
import { withDatabase } from "./context.ts";
import { showProgress } from "./progress.ts";

/** `audit [mart] [--json]` */
export function register(program: Command) {
  program
    .command("audit")
    .argument("[mart]", "this one; without it, all")
    .summary("check that reports show what the tables say")
    .description(
      "Compares each live mart with its definition, row by row, at one instant. The drift is the number of rows that\n" +
        "only one of the two has. Exits with 0 when it is 0 everywhere. Readers and writers go on meanwhile.",
    )
    .option("--json", "an array of objects, for programs", false)
    .addHelpText(
      "after",
      `
Examples:
  npm run tidemark -- audit
  npm run tidemark -- audit sales_dashboard
  npm run -s tidemark -- audit --json`,
    )
    .action((mart: string | undefined, { json }: { json: boolean }) => audit(mart, json));
}

async function audit(mart: string | undefined, json: boolean) {
  await withDatabase(async ({ pool }) => {
    const onStart = (name: string) => showProgress(`${name}: comparing with its definition`);
    const onResult = (result: AuditResult) => {
      showProgress("");
      if (!json) console.log(describe(result));
    };
    const results = await auditAll(pool, mart, { onStart, onResult });
    if (json) console.log(JSON.stringify(results.map(flat), null, 2));
    throwIfWrong(results);
  });
}

/** @throws TidemarkError `audit_failed` where there is no result, otherwise `drift_found` */
function throwIfWrong(results: readonly AuditResult[]) {
  const failed = results.flatMap(({ error }) => error ?? []);
  const drifting = results.flatMap(({ audit }) => (audit && audit.drift > 0 ? [audit] : []));
  const drift = drifting.map(
    ({ mart, drift }) =>
      `Mart ${mart} differs from its definition in ${rows(drift)}: run "npm run tidemark -- refresh ${mart}"`,
  );
  const messages = [...drift, ...failed.map(({ message }) => message)];
  if (messages.length === 0) return;
  const code = failed.length > 0 ? "audit_failed" : "drift_found";
  throw new TidemarkError(code, 500, messages.join("; "));
}

function describe({ mart, audit, error, seconds }: AuditResult): string {
  if (error) return `${mart}: failed after ${seconds.toFixed(1)} s`;
  if (!audit) return `${mart}: not audited, as of its last refresh`;
  const found = audit.drift === 0 ? "no drift" : `drift of ${rows(audit.drift)}`;
  return `${mart}: ${found}, ${rows(audit.rowCount)} compared in ${seconds.toFixed(1)} s`;
}

const rows = (count: number) => `${count.toLocaleString("en")} ${count === 1 ? "row" : "rows"}`;

const flat = ({ mart, audit, error, seconds }: AuditResult) => ({
  mart,
  audited_at: audit?.snapshotAt.replace(" ", "T").replace(/\+00$/, "Z") ?? null,
  duration_seconds: audit || error ? Math.round(seconds * 1000) / 1000 : null,
  row_count: audit?.rowCount ?? null,
  drift: audit?.drift ?? null,
  error: error?.message ?? null,
});
