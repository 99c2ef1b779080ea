import type { ExportEntry } from "../access/export-entries.ts";
import type { Catalogue } from "../reports/load.ts";
import { toIso } from "../reports/versions.ts";
import { inWords } from "../reports/words.ts";
import { formatValue, type Locale, writeCount } from "./format.ts";
import { type Format, formatNames } from "./formats.ts";
import { navigation } from "./navigation.ts";

interface Options {
  /** What the reader may open. */
  catalogue: Catalogue;
  locale: Locale;
}

/** Why one broke off, to people. Other codes are those of errors, and say it themselves. */
const REASONS: Readonly<Record<string, string>> = {
  client_gone: "whoever asked for it went away",
  reader_stalled: "nobody read on",
  export_too_long: "it was read too slowly",
  report_timeout: "the database took too long",
  query_cancelled: "somebody cancelled it in the database",
  database_lost: "the database broke the connection off",
  disk_full: "a disk was full",
  process_gone: "the service was stopped",
  internal: "of a fault on our side",
};

/** The ledger of exports: which files there are, and which one somebody holds. */
export const exportsPage = (
  entries: readonly ExportEntry[],
  asked: string,
  options: Options & { seesAll: boolean },
) => ({
  title: "Exports",
  isAccount: true,
  navigation: navigation(options.catalogue),
  timeZone: options.locale.timeZone,
  asked,
  seesAll: options.seesAll,
  isFile: /^[0-9a-f]{64}$/.test(asked),
  entries: entries.map((entry) => exportModel(entry, options)),
});

/** One export, with everything that the ledger has of it. */
export const exportPage = (entry: ExportEntry, options: Options) => ({
  title: "Export",
  isAccount: true,
  navigation: navigation(options.catalogue),
  timeZone: options.locale.timeZone,
  ...exportModel(entry, options),
});

function exportModel(entry: ExportEntry, { catalogue, locale }: Options) {
  const report = catalogue.get(entry.report);
  const section = report?.sections.find(({ key }) => key === entry.section);
  const time = (at: string | null) =>
    at && { iso: toIso(at), text: formatValue({ type: "time" }, toIso(at), locale) };
  const count = (text: string | null) => text && writeCount(Number(text), locale);
  return {
    ...entry,
    path: `/exports/${entry.id}`,
    what: report?.title ?? entry.report,
    part: section?.title ?? entry.section,
    href: report && `/reports/${entry.report}${entry.query ? `?${entry.query}` : ""}`,
    formatName: [formatNames[entry.format as Format] ?? entry.format, entry.dialect]
      .filter(Boolean)
      .join(", "),
    filters: [...new URLSearchParams(entry.query)].map(([name, value]) => ({ name, value })),
    started: time(entry.started_at),
    finished: time(entry.finished_at),
    asOf: time(entry.data_as_of),
    rows: count(entry.written_rows),
    announced: count(entry.announced_rows),
    size: count(entry.bytes),
    isComplete: entry.state === "completed",
    isAborted: entry.state === "aborted",
    because: entry.reason && (REASONS[entry.reason] ?? inWords(entry.reason)),
  };
}
