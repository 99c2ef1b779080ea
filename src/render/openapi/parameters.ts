import { choices, type Option } from "../../reports/choices.ts";
import { compareChoices } from "../../reports/compare.ts";
import { type CustomField, parameterOf } from "../../reports/custom-field.ts";
import type { Report } from "../../reports/define.ts";
import type { OwnParameter } from "../../reports/own-parameter.ts";
import type { ParameterName } from "../../reports/parameter-names.ts";
import { sortName } from "../../reports/table-view.ts";
import type { Taken } from "../../reports/vocabulary.ts";
import { type Format, isJson } from "../formats.ts";
import type { Parameter, Schema } from "./types.ts";

/** Values that change with the data are examples: what is new is taken too. Not every name, of many. */
const MOST_EXAMPLES = 25;

type Described = Pick<Parameter, "description" | "schema">;

const text: Schema = { type: "string" };

const single = (name: string, { description, schema }: Described): Parameter => ({
  name,
  in: "query",
  description,
  schema,
});

/** One that is said again for each further value. */
const repeated = (name: string, { description, schema }: Described): Parameter => ({
  name,
  in: "query",
  description: `${description} Repeat it for several; left out: all.`,
  schema: { type: "array", items: schema },
  style: "form",
  explode: true,
});

/** The filters of a report and how its tables are sorted: what its page and its downloads take alike. */
export const filtersOf = (report: Report, taken: Taken): Parameter[] => [
  ...report.parameters.map((name) => shared(report, name, taken)),
  ...report.own.map((parameter) => own(parameter, taken)),
  ...taken.fields.map(custom),
  ...report.sections.flatMap((section) =>
    section.kind === "table" ? sorted(section.title, sortName(section), section.columns) : [],
  ),
];

/** What a download takes besides: which part of the report it has, and how that is written. */
export const formOf = (report: Report, format: Format): Parameter[] => [
  sectionOf(report),
  ...(isJson(format) ? [numbers] : []),
  ...(format === "csv" ? dialects : []),
];

function sectionOf(report: Report): Parameter {
  const main = report.sections.find((section) => section.kind === "table" && section.main);
  return single("section", {
    description: "Which table, chart or row of figures; the main table unless it is said.",
    schema: { ...text, enum: report.sections.map(({ key }) => key), default: main?.key ?? "" },
  });
}

const numbers: Parameter = single("numbers", {
  description:
    "`string`: numbers come as strings, for clients that would round them to binary ones.",
  schema: { ...text, enum: ["string"] },
});

const dialects: readonly Parameter[] = [
  single("dialect", {
    description:
      "`raw`: RFC 4180; `excel`: as a spreadsheet reads it that is opened with a double click, and no text is a formula.",
    schema: { ...text, enum: ["raw", "excel"], default: "raw" },
  }),
  single("locale", {
    description: "For `dialect=excel`: where the spreadsheet is, which decides separators.",
    schema: { ...text, default: "en-US", examples: ["en-US", "de-DE", "fr-CH"] },
  }),
];

function shared(report: Report, name: ParameterName, taken: Taken): Parameter {
  if (name === "period")
    return single(name, {
      description: "Which days: a preset, a day, two days with `..` between, or a fiscal period.",
      schema: {
        $ref: "#/components/schemas/Period",
        ...(taken.usualPeriod && { default: taken.usualPeriod }),
      },
    });
  if (name === "compare") {
    const among = compareChoices.map(({ value, label }) => `\`${value}\`: ${label.toLowerCase()}`);
    return single(name, {
      description: `What the period is held against, like for like. ${among.join("; ")}.`,
      schema: {
        ...text,
        enum: compareChoices.map(({ value }) => value),
        default: report.defaults.compare ?? "previous",
      },
    });
  }
  const { label, sqlType } = choices[name];
  const options = taken.options.get(name) ?? [];
  const described = { description: `${label}. ${chosenOf(options)}`, schema: among(options) };
  return sqlType.endsWith("[]") ? repeated(name, described) : single(name, described);
}

const chosenOf = (options: readonly Option[]): string =>
  options.some(({ value, label }) => value !== label)
    ? "By value, or by name where only one is called so."
    : "One that there is; any other is refused with those that there are.";

function among(options: readonly Option[]): Schema {
  const isOnly = (label: string) => options.filter((one) => one.label === label).length === 1;
  const examples = options
    .slice(0, MOST_EXAMPLES)
    .map(({ value, label }) => (UUID.test(value) && isOnly(label) ? label : value));
  return examples.length === 0 ? text : { ...text, examples };
}

/** Where a name is taken as well, it tells a reader more. */
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

const sorted = (title: string, name: string, columns: readonly { key: string }[]): Parameter[] => [
  single(name, {
    description: `The column that “${title}” is sorted by; with - before it, from the top down.`,
    schema: { ...text, enum: columns.flatMap(({ key }) => [key, `-${key}`]) },
  }),
];

function own(parameter: OwnParameter, { options }: Taken): Parameter {
  const { name, label } = parameter;
  if (parameter.kind === "one" || parameter.kind === "many") {
    const values = parameter.options.map(({ value }) => value);
    const words = parameter.options.map(({ value, label }) => `\`${value}\`: ${label}`).join("; ");
    if (parameter.kind === "many")
      return repeated(name, {
        description: `${label}. ${words}.`,
        schema: { ...text, enum: values },
      });
    const { usual, everything } = parameter;
    return single(name, {
      description: `${label}. ${words}.${usual ? "" : ` Left out: ${everything}.`}`,
      schema: { ...text, enum: values, ...(usual && { default: usual }) },
    });
  }
  const description = sentence(`${label}. ${parameter.hint}`);
  if (parameter.kind === "day")
    return single(name, {
      description: `${description} Left out: ${parameter.nothing}.`,
      schema: { ...text, format: "date" },
    });
  const schema: Schema = { ...text, maxLength: parameter.longest };
  if (parameter.kind === "object") schema.contentMediaType = "application/json";
  if (parameter.kind === "text" && parameter.pattern)
    schema.pattern = `^(?:${parameter.pattern.source})$`;
  const [signal] = options.get("signal") ?? [];
  if (parameter.kind === "score" && signal) schema.examples = [`${signal.value}>=7`, signal.value];
  return single(name, { description, schema });
}

const fieldSchemas: Readonly<Record<CustomField["type"], Schema>> = {
  text: { ...text, maxLength: 200 },
  choice: text,
  number: { ...text, pattern: "^-?\\d{1,15}(\\.\\d{1,15})?$" },
  boolean: { ...text, enum: ["true", "false"] },
  date: { ...text, format: "date" },
};

const sentence = (words: string) => (words.endsWith(".") ? words : `${words}.`);

const custom = (field: CustomField): Parameter =>
  repeated(parameterOf(field), {
    description: sentence(
      `Custom field “${field.label}”${field.description ? `: ${field.description}` : ""}`,
    ),
    schema: { ...fieldSchemas[field.type], ...(field.allowed && { enum: field.allowed }) },
  });
