import { tz } from "@date-fns/tz";
import { format as write } from "date-fns/format";
import { isValid } from "date-fns/isValid";
import { parse } from "date-fns/parse";
import { type Convert, Refusal, shown } from "./refusal.ts";

export interface DateNotation {
  /** date-fns formats, tried in order; left out: ISO 8601. */
  formats: readonly string[] | undefined;
  /** IANA zone of times that name no offset. */
  zone: string;
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const ISO_TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?)? ?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
/** Tokens that read an offset or a point in time: what they name is not in the notation's zone. */
const ABSOLUTE = /[XxtT]/;
const ANY_DAY = new Date(2000, 0, 1);

/** Reads calendar days: no zone moves them. */
export function dateReader({ formats }: DateNotation): Convert {
  if (formats === undefined) {
    return (text) =>
      isDay(text) ? text : new Refusal(`${shown(text)} is not a date such as 2026-01-31`);
  }
  return (text) => {
    for (const format of formats) {
      const day = strictly(text, format, "UTC");
      if (day) return day.toISOString().slice(0, 10);
    }
    return new Refusal(`${shown(text)} is not a date in the format ${formats.join(" or ")}`);
  };
}

/** Reads points in time; a day alone is its first instant in the zone. */
export function timeReader({ formats, zone }: DateNotation): Convert {
  if (formats === undefined) return (text) => isoTime(text, zone);
  return (text) => {
    for (const format of formats) {
      const time = strictly(text, format, zone);
      if (time) return time.toISOString();
    }
    return new Refusal(
      `${shown(text)} is not a time in the format ${formats.join(" or ")} that exists in ${zone}`,
    );
  };
}

/** Whether date-fns understands the format at all. */
export function isDateFormat(format: string): boolean {
  try {
    const text = write(ANY_DAY, format);
    return text !== "" && isValid(parse(text, format, ANY_DAY));
  } catch {
    return false;
  }
}

const isDay = (text: string) => {
  const [, year, month, day] = DAY.exec(text) ?? [];
  return (
    year !== undefined &&
    year !== "0000" &&
    Number(day) >= 1 &&
    isCalendarDay(Number(year), Number(month), Number(day))
  );
};

const isCalendarDay = (year: number, month: number, day: number) =>
  month >= 1 &&
  month <= 12 &&
  day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();

/** date-fns reads generously ("7" for "dd"): what it does not write back the same is refused. */
function strictly(text: string, format: string, zone: string): Date | undefined {
  let time: Date;
  const inZone = tz(zone);
  try {
    time = parse(text, format, inZone(ANY_DAY), { in: inZone });
  } catch {
    return undefined;
  }
  const year = time.getUTCFullYear();
  if (!isValid(time) || year < 1 || year > 9999) return undefined;
  const isAbsolute = ABSOLUTE.test(format.replace(/'[^']*'/g, ""));
  if (!isAbsolute && write(time, format, { in: inZone }).toLowerCase() !== text.toLowerCase()) {
    return undefined;
  }
  return new Date(time.getTime());
}

function isoTime(text: string, zone: string): string | Refusal {
  const refusal = () =>
    new Refusal(`${shown(text)} is not a time such as 2026-01-31 or 2026-01-31T14:30:00Z`);
  const [, day = "", clock = "00:00", seconds = "00", fraction = "", offset] =
    ISO_TIME.exec(text) ?? [];
  if (!isDay(day) || clock > "23:59" || clock.slice(3) > "59" || seconds > "59") return refusal();
  const micros = fraction.padEnd(6, "0");
  if (offset) {
    const hours = Number(offset.slice(1, 3) || "0");
    if (hours > 14 || Number(offset.slice(3).replace(":", "") || "0") > 59) return refusal();
    return `${day} ${clock}:${seconds}.${micros}${offset.toUpperCase() === "Z" ? "+00" : offset}`;
  }
  const local = strictly(`${day} ${clock}:${seconds}`, "yyyy-MM-dd HH:mm:ss", zone);
  if (!local)
    return new Refusal(`${shown(text)} does not exist in ${zone}: clocks were put forward`);
  return `${local.toISOString().slice(0, 19)}.${micros}+00`;
}
