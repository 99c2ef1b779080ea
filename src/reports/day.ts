import { TZDate } from "@date-fns/tz";
import { addDays as add } from "date-fns/addDays";
import { differenceInCalendarDays } from "date-fns/differenceInCalendarDays";
import { lightFormat } from "date-fns/lightFormat";

/** A calendar day as `2026-11-21`: it has no zone, and nothing may shift it. */
export type Day = string;

/** A day for date-fns to calculate with, kept in UTC so that no daylight saving can touch it. */
export function toDate(day: Day): TZDate {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const result = new TZDate(2000, month - 1, date, "UTC");
  result.setFullYear(year, month - 1, date);
  return result;
}

/** The instant at which a day begins in UTC: for writing it, a hundred times as fast as a day to calculate with. */
export function midnight(day: Day): Date {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const result = new Date(0);
  result.setUTCFullYear(year, month - 1, date);
  return result;
}

export const toDay = (date: Date): Day => lightFormat(date, "yyyy-MM-dd");

/** Whether the text is a day that exists. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && toDay(toDate(text)) === text;

/** The day on which an instant falls in the business time zone. */
export const dayIn = (instant: Date, timeZone: string): Day =>
  toDay(new TZDate(instant.getTime(), timeZone));

export const addDays = (day: Day, count: number): Day => toDay(add(toDate(day), count));

/** Days from one to the other, both counted. */
export const daysBetween = (from: Day, to: Day): number =>
  differenceInCalendarDays(toDate(to), toDate(from)) + 1;

export const earlier = (a: Day, b: Day): Day => (a < b ? a : b);
