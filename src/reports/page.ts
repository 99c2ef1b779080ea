import type { Freshness } from "./freshness.ts";
import { type Known, NOTHING, type Unchanged } from "./known.ts";
import type { LoadedReport } from "./load.ts";
import { contextOf, openReport } from "./open.ts";
import { type SectionData, sectionReads } from "./rows.ts";
import { sideBySide } from "./side-by-side.ts";
import { readSnapshot } from "./snapshot.ts";
import type { ReportSource } from "./source.ts";
import { type ReportState, resolveState, shortQuery } from "./state.ts";

export interface PageData {
  unchanged: false;
  tag: string | undefined;
  /** Of the data behind it, to hear when that changes; undefined where nobody can tell. */
  version: string | undefined;
  report: LoadedReport;
  state: ReportState;
  freshness: Freshness;
  sections: SectionData[];
}

/** Reads everything that a page shows, in one snapshot; or finds, without reading it, that the client has it already. */
export function readPage(
  source: ReportSource,
  report: LoadedReport,
  query: URLSearchParams,
  {
    signal,
    known = NOTHING,
    form = "html",
  }: { signal?: AbortSignal; known?: Known; form?: "html" | "pdf" } = {},
): Promise<PageData | Unchanged> {
  return readSnapshot(
    source,
    async (client) => {
      const asked = { report, query, sections: report.sections, form: [form], isPage: true };
      const opened = await openReport(client, source, asked, known);
      if (opened.unchanged) return opened;
      const { tag, version, freshness, state, context, concern } = opened;
      const asks = report.sections.map((section) => sectionReads(report, section, state, context));
      const results = await sideBySide(
        { source, client, concern, signal },
        asks.flatMap(({ reads }) => reads),
      );
      const sections = asks.map(({ reads, toData }) => toData(results.splice(0, reads.length)));
      return { unchanged: false, tag, version, report, state, sections, freshness };
    },
    signal,
  );
}

/** What a query string says about a report, without its rows. @throws TidemarkError `bad_parameter` */
export const readState = (
  source: ReportSource,
  report: LoadedReport,
  query: URLSearchParams,
  signal?: AbortSignal,
): Promise<ReportState> =>
  readSnapshot(
    source,
    async (client) => {
      const context = await contextOf(client, source, { report, withOptions: false });
      return resolveState(report, query, context);
    },
    signal,
  );

/** The shortest query string that says the same as this one; empty for the defaults. */
export const canonicalQuery = async (...asked: Parameters<typeof readState>): Promise<string> =>
  shortQuery(await readState(...asked));
