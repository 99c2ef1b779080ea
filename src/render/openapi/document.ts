import type { Catalogue } from "../../reports/load.ts";
import { periodPresets } from "../../reports/period.ts";
import type { Vocabulary } from "../../reports/vocabulary.ts";
import { errorSchema, headers, responses } from "./answers.ts";
import { viewSchema } from "./columns.ts";
import { reportPaths } from "./report-paths.ts";
import { SERVICE, servicePaths } from "./service-paths.ts";
import type { OpenApi, Schema, SecurityScheme } from "./types.ts";

export interface Service {
  version: string;
  /** The business zone, and the currency that reports open with. */
  timeZone: string;
  currency: string;
  /** Name of the cookie of a session. */
  cookie: string;
  /** Whether downloads take tokens in their address. */
  addressTokens: boolean;
  seesStatus: boolean;
}

/** Schemas of views in the database carry this before their name. */
export const VIEW_PREFIX = "reporting.";

/** The HTTP interface as whoever asks may use it, made of the reports' definitions and the comments of the views. */
export function openApi(catalogue: Catalogue, vocabulary: Vocabulary, service: Service): OpenApi {
  const { paths, parameters, schemas } = reportPaths(catalogue, vocabulary);
  const securitySchemes = schemesOf(service);
  return {
    openapi: "3.1.0",
    info: {
      title: "Tidemark",
      version: service.version,
      summary: "Reports over a CRM and its recorded calls",
      description: descriptionOf(vocabulary, service),
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "This service" }],
    tags: [
      ...[...catalogue.values()].map(({ slug, title, question }) => ({
        name: slug,
        "x-displayName": title,
        description: question,
      })),
      { name: SERVICE, "x-displayName": "The service", description: "Is it there, and how is it?" },
    ],
    security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
    paths: { ...paths, ...servicePaths(service) },
    components: {
      securitySchemes,
      parameters,
      headers,
      responses,
      schemas: {
        Error: errorSchema,
        Period: periodSchema(vocabulary.fiscalPeriods),
        ...schemas,
        ...Object.fromEntries(
          vocabulary.views.map((view) => [VIEW_PREFIX + view.name, viewSchema(view)]),
        ),
      },
    },
  };
}

const descriptionOf = ({ contractVersion }: Vocabulary, { timeZone, currency }: Service) =>
  `Every report in every format, complete, with the rows of whoever asks. The same query string gives the same rows everywhere. \
Days, weeks and months are those of ${timeZone}; instants are in UTC; amounts are in ${currency} unless another currency is asked \
for. An answer that breaks off is not complete: its connection ends in an error. BI tools read the views of the schema reporting, \
version ${contractVersion} of the contract, in the database itself; their columns are the schemas whose names begin with \`reporting\`.`;

const schemesOf = ({ cookie, addressTokens }: Service): Record<string, SecurityScheme> => ({
  token: {
    type: "http",
    scheme: "bearer",
    description:
      "An API token with the scope reports; each person makes their own at /account/tokens.",
  },
  tokenAsPassword: {
    type: "http",
    scheme: "basic",
    description:
      "The same token as the password, with any name, for clients that know nothing else.",
  },
  session: {
    type: "apiKey",
    in: "cookie",
    name: cookie,
    description: "The session of somebody who has signed in with a browser.",
  },
  ...(addressTokens && {
    tokenInAddress: {
      type: "apiKey",
      in: "query",
      name: "token",
      description:
        "A token that was made for the downloads of one report, for programs that send no headers.",
    },
  }),
});

const periodSchema = (fiscalPeriods: readonly string[]): Schema => ({
  title: "Period",
  anyOf: [
    { type: "string", enum: periodPresets.map(({ value }) => value) },
    {
      type: "string",
      pattern: "^\\d{4}-\\d{2}-\\d{2}(\\.\\.\\d{4}-\\d{2}-\\d{2})?$",
      description: "A day, or the first and the last one.",
      examples: ["2026-01-31", "2026-01-01..2026-03-31"],
    },
    {
      type: "string",
      description: "The name of a fiscal period.",
      ...(fiscalPeriods.length > 0 && { examples: fiscalPeriods }),
    },
  ],
});
