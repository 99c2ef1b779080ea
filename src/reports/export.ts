import type pg from "pg";
import { lockOf } from "../access/export-ledger.ts";
import type { Progress } from "../db/copied-rows.ts";
import { type CopyOptions, copyOut } from "../db/copy-out.ts";
import { badParameter } from "../errors.ts";
import { type Row, readBatches } from "./batches.ts";
import { boundQuery, boundRows, boundTotal } from "./bound-query.ts";
import type { Freshness } from "./freshness.ts";
import { type Known, NOTHING, type Unchanged } from "./known.ts";
import { literalQuery } from "./literal-query.ts";
import type { LoadedReport } from "./load.ts";
import { openReport } from "./open.ts";
import type { BoundQuery } from "./row-order.ts";
import { countRows, hasTotal, isTotal, rowCountOf } from "./rows.ts";
import type { Section } from "./section.ts";
import { readBeside } from "./side-by-side.ts";
import { readSnapshot } from "./snapshot.ts";
import type { ReportSource } from "./source.ts";
import type { ReportState } from "./state.ts";
import { pageName } from "./table-view.ts";

/** How PostgreSQL itself writes rows. */
export interface CopyForm extends CopyOptions {
  /** SQL of what is written, out of the SQL of a relation with the section's columns. */
  lines(rows: string): string;
}

/** A section on its way out: its head first, then rows without total, to be read in one way before the work returns. */
export interface OpenedExport {
  section: Section;
  state: ReportState;
  tag: string | undefined;
  freshness: Freshness;
  /** Rows that will come, counted in the same snapshot while PostgreSQL gets the first of them ready. */
  counting: Promise<number>;
  batches: AsyncIterable<Row[]>;
  /** The rows as PostgreSQL writes them, a line each. */
  copied(form: CopyForm, progress: Progress): AsyncGenerator<Buffer>;
}

/** The same when its rows are counted. */
export interface Export extends OpenedExport {
  rowCount: number;
}

export interface ExportRequest {
  report: LoadedReport;
  query: URLSearchParams;
  /** The section; the main table when undefined. */
  key: string | undefined;
  /** What makes the same rows another answer, such as the format. */
  form: readonly (string | undefined)[];
}

/** What an export is opened with. @throws TidemarkError `bad_parameter` for an unknown section or a page of a table */
function askedOf({ report, query, key, form }: ExportRequest) {
  const section = findSection(report, key);
  refusePages(report, query);
  return { report, query, sections: [section], form: [...form, section.key], isPage: false };
}

/**
 * Streams one section in constant memory; `write` is done when every row has left.
 * @param id of the export, which its session holds the lock of meanwhile; undefined: it is none
 * @throws TidemarkError `bad_parameter` for an unknown section or parameter
 */
export async function exportSection(
  source: ReportSource,
  request: ExportRequest,
  write: (opened: OpenedExport) => Promise<void>,
  { id, signal }: { id?: string; signal?: AbortSignal } = {},
): Promise<void> {
  const asked = askedOf(request);
  const { report } = request;
  const [section] = asked.sections as [Section];
  await readSnapshot(
    source,
    async (client) => {
      const opened = await openReport(client, source, asked, NOTHING);
      if (opened.unchanged) throw new Error("nothing was known");
      const { tag, freshness, state, context, concern } = opened;
      const bound = boundQuery(report, section, state, context);
      const counted = boundTotal(report, section, state, context);
      const count = async (session: pg.PoolClient) =>
        counted
          ? rowCountOf(section, (await session.query(counted.text, counted.values)).rows)
          : countRows(session, boundRows(report, section, state, context));
      const batches = withoutTotals(readBatches(client, bound));
      const copied = ({ lines, ...options }: CopyForm, progress: Progress) =>
        copyOut(client, lines(rowsOnly(bound)), options, { progress, signal });
      if (id) await client.query(`SELECT pg_advisory_xact_lock(${lockOf("$1::text")})`, [id]);
      const counting = readBeside({ source, client, concern, signal }, count);
      try {
        await write({ section, state, tag, freshness, counting, batches, copied });
      } finally {
        // Its session reads this one's snapshot.
        await counting.catch(() => {});
      }
    },
    signal,
  );
}

/** Whether the client has the export already; where not, it has to be asked for. @throws TidemarkError `bad_parameter` */
export async function findUnchanged(
  source: ReportSource,
  request: ExportRequest,
  known: Known,
  signal?: AbortSignal,
): Promise<Unchanged | undefined> {
  const asked = askedOf(request);
  const opened = await readSnapshot(
    source,
    (client) => openReport(client, source, asked, known),
    signal,
  );
  return opened.unchanged ? opened : undefined;
}

/** The section of that key; the main table when undefined. @throws TidemarkError `bad_parameter` */
export function findSection(report: LoadedReport, key: string | undefined): Section {
  const section = report.sections.find((one) =>
    key === undefined ? one.kind === "table" && one.main : one.key === key,
  );
  if (section) return section;
  const keys = report.sections.map((one) => one.key);
  throw badParameter("section", `section: ${report.slug} has no "${key}"`, keys);
}

/** An export has all pages: one that was asked for a single one would be shorter than it says. */
function refusePages(report: LoadedReport, query: URLSearchParams): void {
  for (const section of report.sections)
    if (section.kind === "table" && query.has(pageName(section)))
      throw badParameter(pageName(section), "Exports are complete: they have no pages.");
}

/** A relation of the rows without their total, in their order. */
const rowsOnly = (bound: BoundQuery): string =>
  `(\n${literalQuery(bound)}\n) AS result${hasTotal(bound) ? " WHERE is_total IS NOT TRUE" : ""}`;

async function* withoutTotals(batches: AsyncIterable<Row[]>): AsyncGenerator<Row[]> {
  for await (const batch of batches) yield batch.filter((row) => !isTotal(row));
}
