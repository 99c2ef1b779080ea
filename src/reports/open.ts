import type pg from "pg";
import { readAudience } from "./audience.ts";
import { dayIn } from "./day.ts";
import type { Freshness } from "./freshness.ts";
import { type Asked, readHead } from "./head.ts";
import { type Concern, keepChanges, ownersIn } from "./keep.ts";
import type { Known, Unchanged } from "./known.ts";
import type { LoadedReport } from "./load.ts";
import type { ReportSource } from "./source.ts";
import { type ReportState, resolveState, type StateContext } from "./state.ts";

/** A report that is about to be read: its parameters are checked, and the client does not have the answer yet. */
export interface OpenedReport {
  unchanged: false;
  tag: string | undefined;
  version: string | undefined;
  freshness: Freshness;
  state: ReportState;
  /** What was kept for the reads in this session, which `context` plans them for. */
  concern: Concern;
  context: StateContext;
}

/**
 * Does what comes before the rows of an answer, in the snapshot that they are to be read in.
 * @throws TidemarkError `bad_parameter`, also where the client would have any answer
 */
export async function openReport(
  client: pg.PoolClient,
  source: ReportSource,
  asked: Asked,
  known: Known,
): Promise<OpenedReport | Unchanged> {
  const { report, query, isPage } = asked;
  const { tag, version, freshness, days } = await readHead(client, source, asked);
  if (tag && known.has(tag)) return { unchanged: true, tag, freshness };
  const context = await contextOf(client, source, { report, withOptions: isPage });
  const concern = { marts: report.marts, owners: ownersIn(report, query) };
  const kept = await keepChanges(client, concern);
  const state = await resolveState(report, query, context, days);
  if (tag && known.anything) return { unchanged: true, tag, freshness };
  // The options of the filters are not only about these people.
  const aboutThem = { ...context, planned: kept(context.planned) };
  return { unchanged: false, tag, version, freshness, state, concern, context: aboutThem };
}

/** What the parameters of a report are checked against. */
export const contextOf = async (
  client: pg.PoolClient,
  { timeZone, currency, now, viewer }: ReportSource,
  { report, withOptions }: { report: LoadedReport; withOptions: boolean },
): Promise<StateContext> => ({
  client,
  currency,
  withOptions,
  viewer,
  today: dayIn(now(), timeZone),
  ...(await readAudience(client, report.permission)),
});
