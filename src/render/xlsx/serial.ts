import { tzOffset } from "@date-fns/tz";
import type { Day } from "../../reports/day.ts";

const DAY_MS = 86_400_000;
/** The number of 1970-01-01. */
const EPOCH = 25_569;
/** That of 1900-03-01, the first day that Excel and everybody else count alike: its calendar has a 29 February 1900. */
const FIRST = 61;
/** That of 9999-12-31. */
const LAST = 2_958_465;

const within = (serial: number): string | undefined =>
  serial >= FIRST && serial < LAST + 1 ? String(serial) : undefined;

/** A day as a workbook counts them; undefined where it has no number for it. */
export const daySerial = (day: Day): string | undefined =>
  within(Date.parse(`${day}T00:00:00Z`) / DAY_MS + EPOCH);

/** The same of an instant, to the millisecond, as clocks of a zone showed it. */
export function timeSerial(instant: string, timeZone: string): string | undefined {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return undefined;
  const shown = at + offsetAt(timeZone, at);
  const days = Math.floor(shown / DAY_MS);
  return within(days + EPOCH + (shown - days * DAY_MS) / DAY_MS);
}

/** Milliseconds that clocks are ahead of UTC, by zone and day of UTC; undefined for days on which they are changed. */
const offsets = new Map<string, Map<number, number | undefined>>();

/** Asked for each instant, it would take longer than all the rest of a workbook. */
function offsetAt(timeZone: string, at: number): number {
  const ofZone = offsets.get(timeZone) ?? new Map<number, number | undefined>();
  offsets.set(timeZone, ofZone);
  const day = Math.floor(at / DAY_MS);
  if (!ofZone.has(day)) {
    const [first, last] = [day, day + 1].map((one) => exactOffset(timeZone, one * DAY_MS));
    ofZone.set(day, first === last ? first : undefined);
  }
  return ofZone.get(day) ?? exactOffset(timeZone, at);
}

const exactOffset = (timeZone: string, at: number) => tzOffset(timeZone, new Date(at)) * 60_000;
