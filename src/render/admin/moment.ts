import { toIso } from "../../reports/versions.ts";
import { shortTime } from "../short-time.ts";

/** What "today" is, and where. */
export interface Now {
  now: Date;
  timeZone: string;
}

/** An instant as pages write it; undefined where there is none. */
export function momentOf(instant: string | null, { now, timeZone }: Now) {
  if (instant === null) return undefined;
  const iso = toIso(instant);
  return { iso, text: shortTime(iso, now, timeZone) };
}
