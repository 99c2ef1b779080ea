import type { PageData } from "../reports/page.ts";
import type { ReportSource } from "../reports/source.ts";
import { inWords } from "../reports/words.ts";
import { shortTime } from "./short-time.ts";

/**
 * How fresh a page is. What is live carries no time here: the answer stays good while the data do not change, however
 * late it is asked for again, so the page's script adds when that was.
 */
export function freshnessModel(
  { freshness, report }: Pick<PageData, "freshness" | "report">,
  { now, timeZone }: Pick<ReportSource, "now" | "timeZone">,
) {
  const parts = freshness.marts.map(({ mart, asOf, cron, isFailing }) => ({
    name: report.asOf[mart] ?? inWords(mart).toLowerCase(),
    asOf,
    text: asOf ? shortTime(asOf, now(), timeZone) : "not filled yet",
    rhythm: cron ? cronInWords(cron) : undefined,
    isFailing,
  }));
  return {
    isLive: freshness.isLive,
    timeZone,
    parts,
    failing: parts
      .filter((part) => part.isFailing)
      .map(({ name }) => name)
      .join(", "),
  };
}

/** The common schedules in words; undefined for the rest. */
export function cronInWords(cron: string): string | undefined {
  const [minute = "", hour = "", ...rest] = cron.trim().split(/\s+/);
  if (rest.join(" ") !== "* * *") return undefined;
  const every = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (hour === "*" && every) return `every ${every} minutes`;
  if (hour === "*" && minute === "*") return "every minute";
  if (hour === "*" && /^\d+$/.test(minute)) return "every hour";
  if (/^\d+$/.test(hour) && /^\d+$/.test(minute))
    return `daily at ${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  return undefined;
}
