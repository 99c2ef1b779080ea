import type { Command } from "commander";
import { operator } from "../access/audit.ts";
import { findPerson } from "../access/people.ts";
import { permissions } from "../access/permission.ts";
import { readViewer, serviceViewer, type Viewer } from "../access/viewer.ts";
import type { Queryable } from "../db/queryable.ts";
import { badUsage, notPermitted, TidemarkError } from "../errors.ts";
import { createExporter } from "../exports/exporter.ts";
import { takeForm } from "../exports/form.ts";
import { MOST_QUERY, runExport } from "../exports/run.ts";
import { toFile } from "../exports/to-file.ts";
import { type Format, formats } from "../render/formats.ts";
import { findReport, loadReports } from "../reports/load.ts";
import { withDatabase } from "./context.ts";
import { showProgress } from "./progress.ts";

/** `export SLUG --format F --out FILE [--as E] [--param k=v]…` */
export function register(program: Command) {
  program
    .command("export")
    .argument("<report>", "its name in addresses, such as sales-dashboard")
    .summary("write a report's rows into a file")
    .description(
      "Writes the rows of a report into a file, complete: the same bytes as its download. The file gets its name when it is\n" +
        "whole; where that fails, the command does, and there is none. The ledger of exports has its SHA-256.",
    )
    .requiredOption("--format <format>", `one of ${formats.join(", ")}`)
    .requiredOption("--out <file>", "the file; one of that name is replaced")
    .option("--as <email>", "whose rows; without it, everybody's")
    .option(
      "--param <name=value>",
      "a parameter as in the address, such as period=last_month or section=weeks; may be repeated",
      (one: string, all: string[]) => [...all, one],
      [] as string[],
    )
    .addHelpText(
      "after",
      `
Examples:
  npm run tidemark -- export closed-won-ledger --format csv --out won.csv --param period=last_quarter
  npm run tidemark -- export opportunities --format xlsx --out deals.xlsx --as ann@acme.example
  npm run tidemark -- export sales-dashboard --format csv --out weeks.csv --param section=weeks --param dialect=excel \\
    --param locale=de-DE`,
    )
    .action((report: string, options: ExportOptions) => exportReport(report, options));
}

interface ExportOptions {
  format: string;
  out: string;
  as?: string;
  param: string[];
}

async function exportReport(slug: string, { format, out, as, param }: ExportOptions) {
  if (!(formats as readonly string[]).includes(format))
    throw badUsage(`There is no format "${format}"; give one of ${formats.join(", ")}`);
  const query = new URLSearchParams(param.map(pairOf));
  await withDatabase(async ({ config, url, pool, log }) => {
    const viewer = await viewerOf(pool, as);
    const report = findReport(await loadReports(), slug, viewer);
    const form = takeForm(query, format as Format);
    const exporter = createExporter({ url, most: 1 });
    const file = await toFile(out);
    try {
      const { timeZone, currency } = config;
      const { id, rows, sha256 } = await runExport(
        {
          exporter,
          ledger: pool,
          source: {
            pool,
            viewer: viewer.id,
            timeZone,
            currency,
            now: () => new Date(),
            edition: "",
          },
          report,
          query,
          form,
          maker: { actor: operator, tokenId: null, shareLinkId: null },
          about: { query: param.join("&").slice(0, MOST_QUERY), ...(as && { as }) },
          log,
          signal: new AbortController().signal,
        },
        {
          ...file,
          begin: (_id, { rowCount }) => showProgress(`${rowCount} rows on their way to ${out}`),
        },
      );
      showProgress("");
      console.log(`${rows} rows in ${out}; export ${id}, SHA-256 ${sha256.toString("hex")}`);
    } catch (error) {
      showProgress("");
      await file.discard();
      throw explain(error, out);
    } finally {
      await exporter.close();
    }
  });
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw badUsage(`--param ${text}: is a name and a value, such as period=last_month`);
}

/** Whose rows, as far as they may have them. */
async function viewerOf(db: Queryable, email: string | undefined): Promise<Viewer> {
  if (email === undefined) return serviceViewer("operator", permissions);
  const { id } = await findPerson(db, email);
  const viewer = await readViewer(db, id);
  if (!viewer) throw badUsage(`${email} is not active`);
  if (!viewer.permissions.has("export:download")) throw notPermitted(["export:download"]);
  return viewer;
}

function explain(error: unknown, out: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return code?.startsWith("E") && code !== "ECONNRESET"
    ? new TidemarkError("not_written", 500, `${out} is not written: ${message}`)
    : error;
}
