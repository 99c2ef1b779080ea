import { z } from "zod";
import { topicPermissions } from "../access/permission.ts";
import { badReport } from "./bad-report.ts";
import { recordKinds } from "./choices.ts";
import { customEntities } from "./custom-field.ts";
import { ownParameterSchema } from "./own-parameter.ts";
import { parameterNames } from "./parameter-names.ts";
import { type SectionInput, sectionSchema } from "./section.ts";

export { borrowSection } from "./borrow.ts";
export type { Column } from "./column.ts";

// These only say which kind it is; defineReport checks the whole.
export const tilesSection = (input: Omit<SectionInput<"tiles">, "kind">) =>
  ({ kind: "tiles", ...input }) as const;
export const chartSection = (input: Omit<SectionInput<"chart">, "kind">) =>
  ({ kind: "chart", ...input }) as const;
export const tableSection = (input: Omit<SectionInput<"table">, "kind">) =>
  ({ kind: "table", ...input }) as const;

const reportSchema = z.strictObject({
  slug: z.string().regex(/^[a-z][a-z0-9-]*$/, "is a kebab-case name"),
  /** The heading it stands under in the navigation. */
  group: z.string(),
  /** Its place among its group: low first. */
  position: z.number().int().default(100),
  title: z.string(),
  question: z.string().endsWith("?"),
  /** What it is about: whoever lacks this never hears of it. */
  permission: z.enum(topicPermissions),
  /** What its rows are of, which decides what there is to filter by. */
  records: z.enum(recordKinds).default("deal"),
  /** Materialized views that it reads. */
  marts: z.array(z.string()).min(1),
  /** How the page calls those of them that are as of their last refresh, in the plural. */
  asOf: z.record(z.string(), z.string()).default({}),
  parameters: z.array(z.enum(parameterNames)),
  /** It is about one person: `owner` takes one, and is whoever asks while the URL names nobody, if they have deals. */
  isAboutOne: z.boolean().default(false),
  /** Parameters of reports that it borrows from and does not have itself, by their type: NULL in its queries. */
  absent: z.record(z.string(), z.enum(["text", "text[]", "jsonb"])).default({}),
  /** Parameters of its own. */
  own: z.array(ownParameterSchema).default([]),
  /** The records whose custom fields filter it, as `cf.<key>` in the URL and `:cf` in its queries. */
  customFields: z.enum(customEntities).optional(),
  /** Values that parameters take when the URL says nothing. */
  defaults: z.partialRecord(z.enum(parameterNames), z.string()).default({}),
  sections: z.array(sectionSchema).min(1),
});

export type ReportInput = z.input<typeof reportSchema>;
export type Report = z.output<typeof reportSchema>;

/**
 * Checks the definition of a report when the service starts, so that a mistake never waits for a reader.
 * @throws TidemarkError `bad_report` that names the report and the place in it
 */
export function defineReport(input: ReportInput): Report {
  const result = reportSchema.safeParse(input);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw badReport(input.slug, `${issue?.path.join(".")}: ${issue?.message}`);
  }
  const report = result.data;
  const mains = report.sections.filter((section) => section.kind === "table" && section.main);
  if (mains.length !== 1) throw badReport(report.slug, "exactly one table is the main one");
  const keys = report.sections.map((section) => section.key);
  if (new Set(keys).size < keys.length) throw badReport(report.slug, "two sections share a key");
  const names = [...report.parameters, ...report.own.map(({ name }) => name)];
  if (new Set(names).size < names.length)
    throw badReport(report.slug, "two parameters share a name");
  if (report.isAboutOne && !report.parameters.includes("owner"))
    throw badReport(report.slug, "is about one person, and so needs the parameter owner");
  if (report.own.some(({ kind }) => kind === "score") && !report.parameters.includes("signal"))
    throw badReport(report.slug, "asks for scores, and so needs the parameter signal");
  for (const section of report.sections) checkColumns(report, section);
  return report;
}

/** Every column that a section mentions is defined, and every defined one reaches the page. */
function checkColumns(report: Report, section: Report["sections"][number]): void {
  const defined = new Set(section.columns.map((column) => column.key));
  const hidden = new Set(section.kind === "table" && section.cells ? defined : []);
  for (const key of mentioned(section)) {
    if (!defined.has(key))
      throw badReport(report.slug, `${section.key} mentions the unknown column ${key}`);
    hidden.delete(key);
  }
  for (const { currency } of section.columns)
    if (currency !== undefined && !defined.has(currency))
      throw badReport(report.slug, `${section.key} has no column ${currency} of a currency`);
  for (const key of drilled(section))
    if (!defined.has(key))
      throw badReport(report.slug, `${section.key} drills by the unknown column ${key}`);
  if (hidden.size > 0)
    throw badReport(report.slug, `${section.key} hides ${[...hidden].join(", ")} from the page`);
}

const drilled = ({ drills }: Report["sections"][number]): string[] =>
  Object.entries(drills).flatMap(([key, { by }]) => [key, ...Object.values(by)]);

function mentioned(section: Report["sections"][number]): string[] {
  const of = (...keys: (string | undefined)[]) => keys.filter((key) => key !== undefined);
  if (section.kind === "tiles")
    return section.tiles
      .flatMap((t) => of(t.value, t.meter?.value, t.meter?.mark, t.interval?.low, t.interval?.high))
      .concat(
        section.notices.map((notice) => notice.when),
        section.only ?? [],
      );
  if (section.kind === "chart") {
    const { x, series, splitBy, panelBy, panelNote, low, high, n, rate } = section.chart;
    return of(x, splitBy, panelBy, panelNote, low, high, n, rate, ...series.map((one) => one.key));
  }
  return (section.cells ?? []).flatMap((cell) =>
    of(
      cell.key,
      cell.interval?.low,
      cell.interval?.high,
      cell.interval?.n,
      cell.filter?.key,
      ...Object.values(cell.opens?.by ?? {}),
      cell.flag?.key,
      cell.below?.key,
      ...(cell.carries ?? []),
    ),
  );
}
