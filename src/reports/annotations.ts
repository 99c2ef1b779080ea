import { addMonths } from "date-fns/addMonths";
import type pg from "pg";
import { addDays, type Day, toDate, toDay } from "./day.ts";
import type { SectionData } from "./rows.ts";
import type { ChartSection, Section } from "./section.ts";

export const visibilities = ["everyone", "team", "author"] as const;

/** Who reads a note: everyone who may open a report, its author's team, or its author. */
export type Visibility = (typeof visibilities)[number];

/** A note on a day. */
export interface Annotation {
  id: string;
  day: Day;
  text: string;
  visibility: Visibility;
  authorId: string;
  author: string;
}

/** What decides the notes on a page. */
export const ANNOTATIONS_VIEW = "reporting.annotations";

/** On one page: the newest of them. */
const MOST = 100;

/** Whether a chart has days from left to right, and so the notes on them. */
export const isOverTime = (section: Section): section is ChartSection =>
  section.kind === "chart" &&
  section.chart.type === "line" &&
  section.columns.some(({ key, type }) => key === section.chart.x && type === "date");

/** From the first day to the last, both included. */
export interface Days {
  from: Day;
  through: Day;
}

/** The days of all charts over time together; undefined where there is none, or nothing in it. */
export function daysShown(sections: readonly SectionData[]): Days | undefined {
  const all = sections.flatMap(({ section, rows }) =>
    isOverTime(section) ? (daysOf(rows.map((row) => row[section.chart.x])) ?? []) : [],
  );
  if (all.length === 0) return undefined;
  const from = all.map((days) => days.from).sort()[0] as Day;
  const through = all
    .map((days) => days.through)
    .sort()
    .at(-1) as Day;
  return { from, through };
}

/** The days that points at these ones stand for: a week or a month is named by the day on which it begins. */
export function daysOf(points: readonly unknown[]): Days | undefined {
  const days = [...new Set(points.map(String))].sort();
  const [first, second] = days;
  const last = days.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (second === undefined) return { from: first, through: last };
  const next = steps.find((step) =>
    days.every((day, index) => index === 0 || day === step(days[index - 1] as Day)),
  );
  return { from: first, through: next ? addDays(next(last), -1) : last };
}

const steps = [
  (day: Day): Day => addDays(day, 7),
  (day: Day): Day => toDay(addMonths(toDate(day), 1)),
];

/** Notes of these days that whoever reads may see, oldest first, in the snapshot of a page. */
export async function readAnnotations(
  client: pg.PoolClient,
  days: Days | undefined,
): Promise<Annotation[]> {
  if (!days) return [];
  const { rows } = await client.query<Annotation>(
    `SELECT * FROM (
       SELECT
         annotation_id AS id,
         day_on AS day,
         note AS text,
         visibility,
         author_user_id AS "authorId",
         author_name AS author,
         created_at
       FROM reporting.annotations
       WHERE day_on BETWEEN $1 AND $2
       ORDER BY day_on DESC, created_at DESC, annotation_id
       LIMIT ${MOST}
     ) AS newest
     ORDER BY day, created_at, id`,
    [days.from, days.through],
  );
  return rows;
}
