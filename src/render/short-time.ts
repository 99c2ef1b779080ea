import { TZDate } from "@date-fns/tz";
import { format } from "date-fns/format";
import { isSameDay } from "date-fns/isSameDay";

/** An instant as people read it: only the time where it is of today. */
export function shortTime(instant: string, now: Date, timeZone: string): string {
  const at = new TZDate(instant, timeZone);
  const isToday = isSameDay(at, new TZDate(now.getTime(), timeZone));
  return format(at, isToday ? "HH:mm" : "d MMM yyyy, HH:mm");
}
