import { withPresentPlans } from "../db/prepared.ts";
import { changeReader } from "../db/transaction.ts";
import { type Annotation, daysShown, readAnnotations } from "./annotations.ts";
import { readBasis } from "./basis.ts";
import type { Freshness } from "./freshness.ts";
import { type Known, NOTHING, type Unchanged } from "./known.ts";
import type { LoadedReport } from "./load.ts";
import { contextOf, openReport } from "./open.ts";
import { type SectionData, type SharedReads, sectionReads } from "./rows.ts";
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
  /** Notes on the days that its charts over time show, oldest first. */
  annotations: Annotation[];
}

interface PageOptions {
  signal?: AbortSignal;
  known?: Known;
  form?: "html" | "pdf";
  /** Who looks at the page, where that is not whose rows it has: an id, or empty for nobody known. */
  reader?: string;
}

/** Reads everything that a page shows, in one snapshot; or finds, without reading it, that the client has it already. */
export const readPage = (...asked: Parameters<typeof readOnce>): Promise<PageData | Unchanged> =>
  withPresentPlans(() => readOnce(...asked));

function readOnce(
  source: ReportSource,
  report: LoadedReport,
  query: URLSearchParams,
  { signal, known = NOTHING, form = "html", reader = source.viewer }: PageOptions = {},
): Promise<PageData | Unchanged> {
  return readSnapshot(
    source,
    async (client) => {
      const asked = { report, query, sections: report.sections, form: [form], isPage: true };
      const opened = await openReport(client, source, asked, known);
      if (opened.unchanged) return opened;
      const { tag, version, freshness, state, context, concern } = opened;
      const based = await readBasis(client, report, state, context);
      const shared: SharedReads = new Map();
      const asks = report.sections.map((section) =>
        sectionReads(based.report, section, based.state, context, shared),
      );
      const reads = [...new Set(asks.flatMap((ask) => ask.reads))];
      const results = await sideBySide({ source, client, concern, signal }, reads);
      const sections = asks.map(({ reads: own, toData }) =>
        toData(own.map((read) => results[reads.indexOf(read)])),
      );
      if (reader !== source.viewer) await changeReader(client, reader);
      const annotations = await readAnnotations(client, daysShown(sections));
      return { unchanged: false, tag, version, report, state, sections, annotations, freshness };
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
