import type { MartStatus } from "./status.ts";

export interface MartMetric {
  name: string;
  help: string;
  /** Null: there is nothing to say yet, so nothing is said. */
  measure: (mart: MartStatus, now: Date) => number | null;
}

const secondsSince = (iso: string | null, now: Date) =>
  iso === null ? null : Math.max(0, (now.getTime() - Date.parse(iso)) / 1000);

/** What Prometheus is told of each mart. Every process with web pages tells the same: it comes from the database. */
export const martMetrics: readonly MartMetric[] = [
  {
    name: "tidemark_mart_live",
    help: "1: what is committed is in the next read; 0: as of the last refresh.",
    measure: ({ is_live }) => Number(is_live),
  },
  {
    name: "tidemark_mart_problem",
    help: "1 where /status says that something is wrong with the mart.",
    measure: ({ problem }) => Number(problem !== null),
  },
  {
    name: "tidemark_mart_rows",
    help: "Rows after the last successful refresh.",
    measure: ({ row_count }) => row_count,
  },
  {
    name: "tidemark_mart_refresh_age_seconds",
    help: "Seconds since the snapshot of the last successful refresh.",
    measure: ({ refreshed_at }, now) => secondsSince(refreshed_at, now),
  },
  {
    name: "tidemark_mart_refresh_duration_seconds",
    help: "How long the last successful refresh took.",
    measure: ({ duration_seconds }) => duration_seconds,
  },
  {
    name: "tidemark_mart_refresh_failures",
    help: "Refreshes that failed since the last successful one.",
    measure: ({ failure_count }) => failure_count,
  },
  {
    name: "tidemark_mart_changed_keys",
    help: "Keys that each read recomputes, because they changed since the last fold; 10001 where more than 10000 changes wait.",
    measure: ({ changed_key_count }) => changed_key_count,
  },
  {
    name: "tidemark_mart_delta_keys",
    help: "Keys folded since the last refresh.",
    measure: ({ delta_key_count }) => delta_key_count,
  },
  {
    name: "tidemark_mart_fold_duration_seconds",
    help: "How long the last fold took.",
    measure: ({ fold_seconds }) => fold_seconds,
  },
  {
    name: "tidemark_mart_fold_failures",
    help: "Folds that failed since the last one that did not.",
    measure: ({ is_live, fold_failure_count }) => (is_live ? fold_failure_count : null),
  },
  {
    name: "tidemark_mart_drift_rows",
    help: "Rows in which the mart and its definition differed at the last audit; anything but 0 is a fault.",
    measure: ({ drift }) => drift,
  },
  {
    name: "tidemark_mart_audit_age_seconds",
    help: "Seconds since the snapshot of the last audit that came to a result.",
    measure: ({ audited_at }, now) => secondsSince(audited_at, now),
  },
];
