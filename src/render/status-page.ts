import type { MartStatus } from "../ops/status.ts";
import { datedInWords, verdict } from "../ops/verdict.ts";
import type { Catalogue } from "../reports/load.ts";
import { inWords } from "../reports/words.ts";
import { NOTHING } from "./format.ts";
import { cronInWords } from "./freshness.ts";
import { navigation } from "./navigation.ts";
import { shortTime } from "./short-time.ts";

interface Moment {
  now: Date;
  timeZone: string;
  /** Whether whoever reads it may have a mart refreshed at once. */
  mayRefresh: boolean;
}

/** How every mart is, in words and figures, what is wrong first. */
export function statusPage(marts: readonly MartStatus[], catalogue: Catalogue, moment: Moment) {
  const { isWell, text, dated } = verdict(marts);
  return {
    title: "Status",
    isStatus: true,
    navigation: navigation(catalogue),
    isWell,
    verdict: text,
    dated: datedInWords(dated.map(inWords)),
    problems: marts.flatMap(({ problem }) => problem ?? []),
    timeZone: moment.timeZone,
    marts: marts.map((mart) => martModel(mart, catalogue, moment)),
  };
}

function martModel(mart: MartStatus, catalogue: Catalogue, moment: Moment) {
  const time = (iso: string | null) => timeModel(iso, moment);
  return {
    mart: mart.mart,
    title: inWords(mart.mart),
    mayRefresh: moment.mayRefresh,
    reports: [...catalogue.values()]
      .filter(({ marts }) => marts.includes(mart.mart))
      .map(({ slug, title }) => ({ href: `/reports/${slug}`, title })),
    state: stateModel(mart, moment),
    refreshed: time(mart.refreshed_at),
    isFailing: mart.last_status === "failed",
    isRunning: mart.last_status === "running",
    duration: figure("duration_seconds", mart.duration_seconds, seconds),
    rows: figure("row_count", mart.row_count, count),
    changed: figure("changed_key_count", mart.changed_key_count, (keys) =>
      keys > 10_000 ? "over 10,000 changes" : count(keys),
    ),
    delta: figure("delta_key_count", mart.delta_key_count, count),
    folded: mart.is_live ? foldModel(mart, moment) : undefined,
    next: { ...time(mart.next_run_at), words: rhythm(mart) },
    drift: { ...figure("drift", mart.drift, count), tone: mart.drift ? "bad" : undefined },
    audited: time(mart.audited_at),
    hasAudit: mart.is_live,
  };
}

/** Live, or as of when: in the words that a manager needs. */
function stateModel(mart: MartStatus, moment: Moment) {
  if (mart.refreshed_at === null) return { text: "not filled yet", tone: "stale" };
  const text = mart.is_live ? "live" : `as of ${timeModel(mart.refreshed_at, moment).text}`;
  if (mart.problem) return { text, tone: "stale", note: "needs attention" };
  if (mart.is_reset) return { text, note: "computed whole until the next refresh" };
  return { text, tone: mart.is_live ? undefined : "dated" };
}

const foldModel = (mart: MartStatus, moment: Moment) => ({
  ...timeModel(mart.folded_at, moment),
  seconds: figure("fold_seconds", mart.fold_seconds, (value) => `${(value * 1000).toFixed(0)} ms`),
  isFailing: mart.fold_failure_count > 0,
});

function rhythm({ cron, is_live }: MartStatus): string {
  if (cron) return cronInWords(cron) ?? cron;
  return is_live ? "by hand" : "after the marts that it reads";
}

const timeModel = (iso: string | null, { now, timeZone }: Moment) => ({
  iso,
  text: iso === null ? NOTHING : shortTime(iso, now, timeZone),
});

/** A figure as people read it, with its exact value beside it. */
const figure = (key: string, value: number | null, text: (value: number) => string) => ({
  key,
  value,
  isNull: value === null,
  text: value === null ? NOTHING : text(value),
});

const count = (value: number) => value.toLocaleString("en-US");
const seconds = (value: number) => `${value.toFixed(1)} s`;
