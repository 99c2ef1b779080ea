import type { Catalogue } from "../reports/load.ts";
import { navigation } from "./navigation.ts";
import { VIEW_PREFIX } from "./openapi/document.ts";
import { SERVICE } from "./openapi/service-paths.ts";
import type { OpenApi, Parameter, Schema } from "./openapi/types.ts";

/** Longer lists of values are in the document, and say nothing to a reader. */
const MOST_VALUES = 24;
const MOST_EXAMPLES = 5;

/** What a program can ask, as a page: the same document as `/openapi.json`, in reading order. */
export function docsPage(document: OpenApi, catalogue: Catalogue) {
  const { components, tags, info } = document;
  return {
    title: "For programs",
    navigation: navigation(catalogue),
    about: inParts(info.description),
    example: Object.keys(document.paths).find((path) => path.endsWith(".csv")),
    schemes: Object.entries(components.securitySchemes).map(([name, scheme]) => ({
      name,
      how: howOf(scheme),
      description: scheme.description,
    })),
    headers: Object.entries(components.headers).map(([name, { description }]) => ({
      name,
      description: inParts(description),
    })),
    answers: answersOf(document),
    reports: tags
      .filter(({ name }) => name !== SERVICE)
      .map((tag) => ({
        slug: tag.name,
        title: tag["x-displayName"],
        question: tag.description,
        href: `/reports/${tag.name}`,
        ...reportOf(document, tag.name),
      })),
    service: pathsOf(document, SERVICE),
    views: Object.entries(components.schemas)
      .filter(([name]) => name.startsWith(VIEW_PREFIX))
      .map(([name, schema]) => ({ name, about: schema.description, columns: columnsOf(schema) })),
  };
}

const howOf = (scheme: OpenApi["components"]["securitySchemes"][string]): string => {
  if (scheme.type === "apiKey")
    return scheme.in === "cookie" ? `Cookie: ${scheme.name}` : `?${scheme.name}=`;
  return `Authorization: ${scheme.scheme === "bearer" ? "Bearer" : "Basic"}`;
};

const pathsOf = ({ paths }: OpenApi, tag: string) =>
  Object.entries(paths)
    .filter(([, { get }]) => get.tags.includes(tag))
    .map(([path, { get }]) => ({ path, summary: get.summary }));

function reportOf(document: OpenApi, slug: string) {
  const { parameters, schemas } = document.components;
  const paths = pathsOf(document, slug);
  const own = <Value>(all: Readonly<Record<string, Value>>) =>
    Object.entries(all).filter(([name]) => name.startsWith(`${slug}.`));
  return {
    paths,
    parameters: own(parameters).map(([, parameter]) => parameterOf(parameter, schemas)),
    sections: own(schemas).map(([name, schema]) => ({
      key: name.slice(slug.length + 1),
      title: schema.title,
      columns: columnsOf(schema),
    })),
  };
}

function parameterOf(
  { name, description, schema }: Parameter,
  schemas: Readonly<Record<string, Schema>>,
) {
  const value = schema.items ?? schema;
  const isPeriod = value.$ref !== undefined;
  const [presets, days, fiscal] = isPeriod ? (schemas.Period?.anyOf ?? []) : [];
  const values = value.enum ?? presets?.enum ?? [];
  const examples = isPeriod
    ? [...(days?.examples ?? []), ...(fiscal?.examples ?? [])]
    : (value.examples ?? []);
  return {
    name,
    description: inParts(description),
    // Where the words name each value already, a list of them would say it twice.
    values:
      values.length <= MOST_VALUES && !values.some((one) => description.includes(`\`${one}\``))
        ? values
        : [],
    examples: examples.slice(0, MOST_EXAMPLES),
    usual: schema.default,
  };
}

const columnsOf = ({ properties = {} }: Schema) =>
  Object.entries(properties).map(([name, schema]) => ({
    name,
    type: schema["x-sql-type"] ?? typeOf(schema),
    unit: schema["x-unit"],
    definition: schema.description,
  }));

const typeOf = ({ type, format }: Schema): string =>
  format ?? (Array.isArray(type) ? type[0] : type) ?? "";

/** Every status that an answer may have, and the codes that come with it. */
function answersOf({ paths, components }: OpenApi) {
  const named = new Map<string, Set<string>>();
  for (const { get } of Object.values(paths))
    for (const [status, answer] of Object.entries(get.responses)) {
      if (!("$ref" in answer)) continue;
      const name = answer.$ref.split("/").at(-1) as string;
      named.set(status, (named.get(status) ?? new Set()).add(name));
    }
  return [...named]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([status, names]) =>
      [...names].map((name) => ({
        status,
        description: inParts(components.responses[name]?.description ?? ""),
      })),
    );
}

/** What stands between backquotes is code. */
const inParts = (text: string) =>
  text.split("`").map((part, index) => (index % 2 === 1 ? { code: part } : { text: part }));
