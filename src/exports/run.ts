import { createHash, randomUUID } from "node:crypto";
import type { Writable } from "node:stream";
import type pg from "pg";
import type { Logger } from "pino";
import { recordEvent } from "../access/audit.ts";
import { abortEntry, completeEntry, type Maker, openEntry } from "../access/export-ledger.ts";
import { checkRows } from "../render/xlsx.ts";
import { type Export, exportSection, type OpenedExport } from "../reports/export.ts";
import type { LoadedReport } from "../reports/load.ts";
import type { ReportSource } from "../reports/source.ts";
import type { Exporter } from "./exporter.ts";
import { reasonOf } from "./failure.ts";
import { type ExportForm, tagOfForm } from "./form.ts";
import { piecesOf } from "./pieces.ts";
import { awaitReader, pump } from "./pump.ts";

/** Where an export goes. */
export interface Destination {
  output: Writable;
  /** Called once, before the first byte. */
  begin(id: string, data: Export): void;
  /** Ends the file when all of it was written; done when the last byte has left. @throws when it cannot */
  end(): Promise<void>;
  /** Makes sure that nobody takes what was written for a whole. */
  breakOff(): void;
}

export interface ExportJob {
  exporter: Exporter;
  /** Where the ledger is. */
  ledger: pg.Pool;
  source: ReportSource;
  report: LoadedReport;
  query: URLSearchParams;
  form: ExportForm;
  maker: Maker;
  /** What the audit trail says besides. */
  about: Readonly<Record<string, unknown>>;
  log: Logger;
  /** Aborted with ReaderGone when nobody wants it any more. */
  signal: AbortSignal;
}

/** A file that is complete. */
export interface Exported {
  id: string;
  rows: number;
  bytes: number;
  sha256: Buffer;
}

/**
 * Writes one section of a report, whole, and in the ledger what became of it. The last byte waits for the ledger: whoever
 * has a whole file finds it there. A failure breaks the file off.
 */
export async function runExport(job: ExportJob, to: Destination): Promise<Exported> {
  const { exporter, source, report, query, form } = job;
  const stop = new AbortController();
  const signal = AbortSignal.any([job.signal, stop.signal]);
  const id = randomUUID();
  let exported: Exported | undefined;
  const asked = { report, query, key: form.section, form: tagOfForm(form) };
  const write = async (opened: OpenedExport) => {
    exported = await writeWhole(job, opened, {
      id,
      to,
      signal,
      stop: (error) => stop.abort(error),
    });
  };
  await exporter.slots.run(async () => {
    const over = exporter.courtesy.beginExport();
    const own = { ...source, pool: exporter.pool };
    try {
      await exportSection(own, asked, write, { id, signal });
    } catch (error) {
      // What is whole stays so, whatever becomes of the session that has read it.
      if (!exported) throw error;
    } finally {
      over();
    }
  }, signal);
  if (!exported) throw new Error("nothing was written");
  return exported;
}

interface Run {
  id: string;
  to: Destination;
  signal: AbortSignal;
  stop(reason: Error): void;
}

async function writeWhole(job: ExportJob, opened: OpenedExport, run: Run): Promise<Exported> {
  const { exporter, ledger, source, report, form } = job;
  const { id, to } = run;
  const noting = noteOpening(job, opened, id);
  let isNoted = false;
  noting.then(() => {
    isNoted = true;
  }, run.stop);
  const progress = { rows: 0 };
  const hash = createHash("sha256");
  let bytes = 0;
  let begun: Export | undefined;
  const begin = (data: Export) => {
    if (!begun) to.begin(id, data);
    begun = data;
  };
  const take = (piece: string | Buffer) => {
    hash.update(piece);
    bytes += Buffer.byteLength(piece);
  };
  try {
    const { timeZone } = source;
    const pieces = piecesOf(opened, { report, form, timeZone, progress, noting });
    const { patience, courtesy } = exporter;
    const noted = whenNoted(pieces, noting, begin);
    await pump(noted, to.output, { ...run, take, patience, turn: courtesy.turn });
    const { rows } = progress;
    const { rowCount } = await noting;
    if (rows !== rowCount) throw new Error(`an export of ${rowCount} rows has ${rows}`);
    const sha256 = hash.digest();
    await completeEntry(ledger, id, { rows, bytes, sha256 });
    await record(job, opened, { id, rows, complete: true });
    await awaitReader(to.end(), { patience: exporter.patience, stop: run.stop });
    return { id, rows, bytes, sha256 };
  } catch (thrown) {
    const error = run.signal.aborted ? run.signal.reason : thrown;
    const hasBegun = begun !== undefined;
    // The reader is to know at once, whatever the ledger waits for.
    if (hasBegun) to.breakOff();
    // Nobody needs the number of rows any more.
    if (!isNoted) run.stop(error);
    await noting.catch(() => {});
    const { rows } = progress;
    await noteFailure(job, opened, { id, rows, bytes, error, hasBegun });
    throw error;
  }
}

/** Counts the rows, and writes down that they are on their way. @throws TidemarkError where the format cannot hold as many */
async function noteOpening(job: ExportJob, opened: OpenedExport, id: string): Promise<Export> {
  const { ledger, form, maker } = job;
  const data = { ...opened, rowCount: await opened.counting };
  if (form.format === "xlsx") checkRows(data.rowCount);
  await openEntry(ledger, { id, ...openingOf(job, data), maker });
  return data;
}

/** The pieces, of which the first waits for the note, as it waits for them: both take a while, and neither needs the other. */
async function* whenNoted<T>(
  pieces: AsyncGenerator<T>,
  noting: Promise<Export>,
  begin: (data: Export) => void,
): AsyncGenerator<T> {
  try {
    const [first, data] = await Promise.all([pieces.next(), noting]);
    begin(data);
    for (let next = first; !next.done; next = await pieces.next()) yield next.value;
  } finally {
    await pieces.return(undefined);
  }
}

const openingOf = (
  { report, query, form }: ExportJob,
  { section, freshness, rowCount }: Export,
) => ({
  report: report.slug,
  section: section.key,
  format: form.format,
  dialect: form.dialect?.name ?? null,
  query: String(query).slice(0, MOST_QUERY),
  dataAsOf: freshness.asOf,
  announcedRows: rowCount,
});

/** As much of an address as somebody may want to read. */
export const MOST_QUERY = 2000;

const record = (
  { ledger, report, maker, form, about }: ExportJob,
  { section }: OpenedExport,
  { id, ...details }: { id: string; rows: number; complete: boolean },
) =>
  recordEvent(ledger, {
    kind: "export",
    actor: maker.actor,
    subject: `${report.slug}/${section.key}`,
    details: { format: form.format, ...about, export: id, ...details },
  });

async function noteFailure(
  job: ExportJob,
  opened: OpenedExport,
  failed: { id: string; rows: number; bytes: number; error: unknown; hasBegun: boolean },
): Promise<void> {
  const { id, rows, bytes, error, hasBegun } = failed;
  const reason = reasonOf(error);
  try {
    await abortEntry(job.ledger, id, { rows, bytes, reason });
    if (hasBegun) await record(job, opened, { id, rows, complete: false });
  } catch (failure) {
    job.log.error(
      { err: failure, export: id, reason },
      "an export that broke off is not written down",
    );
  }
}
