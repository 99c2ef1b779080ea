import { TZDate } from "@date-fns/tz";
import { format } from "date-fns/format";
import { isSameDay } from "date-fns/isSameDay";
import type { Freshness } from "../reports/freshness.ts";

/** How fresh a page is, in words and as an instant. */
export function freshnessModel(freshness: Freshness, now: Date, timeZone: string) {
  const rhythm = freshness.schedules.map(cronInWords).find((words) => words !== undefined);
  if (!freshness.asOf)
    return { asOf: undefined, text: "not filled yet", rhythm, failing: freshness.failing };
  const at = new TZDate(freshness.asOf, timeZone);
  const isToday = isSameDay(at, new TZDate(now.getTime(), timeZone));
  return {
    asOf: freshness.asOf,
    text: format(at, isToday ? "HH:mm" : "d MMM yyyy, HH:mm"),
    rhythm,
    failing: freshness.failing,
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
