import type { Command } from "commander";
import type pg from "pg";
import { TidemarkError } from "../errors.ts";
import { describeImport } from "../ingest/report.ts";
import { type ImportResult, runImport } from "../ingest/run.ts";
import { refreshAll } from "../marts/refresh-all.ts";
import { extendCalendar } from "../ops/settings.ts";
import { type CommandContext, withDatabase } from "./context.ts";
import { requireKeys } from "./field-keys.ts";
import { showProgress } from "./progress.ts";

interface Options {
  data?: string;
  dryRun?: boolean;
  strict?: boolean;
  rejects?: string;
  json?: boolean;
  refresh: boolean;
}

/** `import <mapping.json> [--data DIR] [--dry-run] [--strict] [--rejects FILE] [--json] [--no-refresh]` */
export function register(program: Command) {
  program
    .command("import")
    .argument("<mapping>", "JSON file that says what is in the data files and where it goes")
    .summary("load CSV or NDJSON files")
    .description(
      "Loads CSV or NDJSON files as a mapping file says, all at once or not at all, and refreshes the reports.\n" +
        "Running it again changes only what has changed in the files.",
    )
    .option("--data <dir>", "folder of the data files, when it is not the mapping's own")
    .option("--dry-run", "do everything, show it, and take it back")
    .option("--strict", "load nothing when any row is rejected")
    .option("--rejects <file>", "write rejected rows to this CSV file")
    .option("--json", "print the result as JSON")
    .option("--no-refresh", "leave the reports as they are")
    .addHelpText(
      "after",
      `
Rejected rows are left out and written to a CSV file with line, column, value and reason.
docs/import.md describes the mapping file; docs/examples holds two.

Examples:
  npm run tidemark -- import deals.json --dry-run
  npm run tidemark -- import docs/examples/maven-crm.json --data ~/downloads/maven --strict`,
    )
    .action((mapping: string, options: Options) =>
      withDatabase((context) => importFiles(context, mapping, options)),
    );
}

async function importFiles({ pool, config }: CommandContext, mapping: string, options: Options) {
  const { data, dryRun, strict, rejects, json } = options;
  const result = await runImport(pool, mapping, {
    ...(data !== undefined && { dataDir: data }),
    ...(rejects !== undefined && { rejects }),
    dryRun: dryRun ?? false,
    strict: strict ?? false,
    fieldKeys: config.fieldKey ? requireKeys(config) : [],
    onProgress: showRows,
  });
  showProgress("");
  console.log(json ? JSON.stringify(result, null, 2) : describeImport(result));
  if (result.strict && result.rejected > 0) {
    throw new TidemarkError(
      "import_rejected",
      422,
      `${rejectedRows(result.rejected)} or leave out --strict`,
    );
  }
  if (!hasChanged(result)) return;
  // Deals of other years than so far need their fiscal periods.
  await extendCalendar(pool);
  if (options.refresh) await refresh(pool);
}

const rejectedRows = (count: number) =>
  count === 1
    ? "1 row was rejected, so nothing was loaded: mend it"
    : `${count} rows were rejected, so nothing was loaded: mend them`;

const hasChanged = ({ loaded, inserted, updated }: ImportResult) =>
  loaded && inserted + updated > 0;

async function refresh(pool: pg.Pool) {
  const results = await refreshAll(pool, {
    onResult: ({ mart }) => showProgress(`refreshing reports: ${mart}`),
  });
  showProgress("");
  const failed = results.filter(({ error }) => error);
  if (failed.length === 0) return;
  const why = failed.map(({ mart, error }) => `${mart}: ${error?.message}`).join("; ");
  throw new TidemarkError(
    "refresh_failed",
    500,
    `The rows are loaded, but the reports are not refreshed: ${why}`,
  );
}

let lastShown = 0;

/** A few times a second. */
function showRows(step: string, read: number) {
  const now = performance.now();
  if (now - lastShown < 200) return;
  lastShown = now;
  showProgress(`${step}: ${read.toLocaleString("en")} rows read`);
}
