import type { Catalogue, LoadedReport } from "../../reports/load.ts";
import type { Taken, Vocabulary } from "../../reports/vocabulary.ts";
import { type Format, formatNames, formats, mediaTypes } from "../formats.ts";
import { failures, ref, withHeaders } from "./answers.ts";
import { rowSchema } from "./columns.ts";
import { filtersOf, formOf } from "./parameters.ts";
import type { OpenApi, Operation, Parameter, Schema } from "./types.ts";

type Part = Pick<OpenApi, "paths"> & Pick<OpenApi["components"], "parameters" | "schemas">;

/** The downloads of every report, with what they take and what their rows are. */
export function reportPaths(catalogue: Catalogue, vocabulary: Vocabulary): Part {
  const parts = [...catalogue.values()].map((report) => {
    const taken = vocabulary.reports.get(report.slug);
    if (!taken) throw new Error(`nobody asked what ${report.slug} takes`);
    return describe(report, taken);
  });
  const merge = <Value>(of: (part: Part) => Readonly<Record<string, Value>>) =>
    Object.assign({}, ...parts.map(of)) as Record<string, Value>;
  return {
    paths: merge(({ paths }) => paths),
    parameters: merge(({ parameters }) => parameters),
    schemas: merge(({ schemas }) => schemas),
  };
}

/** Names that are one report's carry its slug. */
const nameIn = (report: LoadedReport, name: string) => `${report.slug}.${name}`;

function describe(report: LoadedReport, taken: Taken): Part {
  const filters = filtersOf(report, taken);
  const forms = new Map(formats.map((format) => [format, formOf(report, format)]));
  const parameters = [...filters, ...[...forms.values()].flat()];
  const refs = (some: readonly Parameter[]) =>
    some.map(({ name }) => ref("parameters", nameIn(report, name)));
  const files = formats.map((format): [string, { get: Operation }] => {
    const more = forms.get(format) ?? [];
    return [
      `/reports/${report.slug}.${format}`,
      { get: { ...download(report, format), parameters: refs([...filters, ...more]) } },
    ];
  });
  const pdf = { ...printed(report), parameters: refs(filters) };
  return {
    paths: { ...Object.fromEntries(files), [`/reports/${report.slug}.pdf`]: { get: pdf } },
    parameters: Object.fromEntries(parameters.map((one) => [nameIn(report, one.name), one])),
    schemas: Object.fromEntries(
      report.sections.map((section) => [nameIn(report, section.key), rowSchema(section)]),
    ),
  };
}

const base = (report: LoadedReport, ending: string) => ({
  operationId: `${report.slug.replaceAll("-", "_")}_${ending}`,
  tags: [report.slug],
});

const VERSION = ["X-Data-As-Of", "ETag", "Cache-Control", "Content-Disposition"];

const download = (report: LoadedReport, format: Format): Operation => ({
  ...base(report, format),
  summary: `${report.title} as ${formatNames[format]}`,
  responses: {
    "200": {
      description: about[format],
      headers: withHeaders("X-Row-Count", "X-Export-Id", ...VERSION),
      content: { [mediaTypes[format]]: { schema: contentOf(report, format) } },
    },
    "304": ref("responses", "Unchanged"),
    "400": ref("responses", format === "xlsx" ? "BadWorkbook" : "BadRequest"),
    "404": ref("responses", "NotFound"),
    ...failures,
  },
});

const printed = (report: LoadedReport): Operation => ({
  ...base(report, "pdf"),
  summary: `${report.title} on paper`,
  responses: {
    "200": {
      description: "The page as it is printed.",
      headers: withHeaders(...VERSION),
      content: { "application/pdf": { schema: {} } },
    },
    "304": ref("responses", "Unchanged"),
    "400": ref("responses", "BadRequest"),
    "404": ref("responses", "NotFound"),
    ...failures,
    "501": ref("responses", "NoChromium"),
  },
});

const about: Readonly<Record<Format, string>> = {
  csv: "RFC 4180 in UTF-8: a header with the names of the columns, then every row; a value that is missing is empty, and an empty text is quoted.",
  json: "A bare array of flat objects, one a line, every row and the same keys in each; numbers to the last digit.",
  ndjson: "The same objects without the array around them: one a line, and nothing else on it.",
  xlsx: "A workbook: every row on the first sheet, what it is of on the second. Numbers are numbers, days are days, and there is no formula.",
};

function contentOf(report: LoadedReport, format: Format): Schema {
  if (format === "xlsx") return {};
  if (format !== "json") return { type: "string" };
  return {
    anyOf: report.sections.map(({ key }) => ({
      type: "array",
      items: ref("schemas", nameIn(report, key)),
    })),
  };
}
