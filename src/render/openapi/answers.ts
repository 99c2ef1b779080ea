import type { Answer, Header, Reference, Schema } from "./types.ts";

export const headers: Readonly<Record<string, Header>> = {
  "X-Row-Count": {
    description: "Rows of the answer, to hold a download against.",
    schema: { type: "integer", minimum: 0 },
  },
  "X-Export-Id": {
    description:
      "Number of the download, under which the service has written down its rows and the SHA-256 of the file. Not with HEAD.",
    schema: { type: "string" },
  },
  "X-Data-As-Of": {
    description: "What was committed before this instant is in the answer.",
    schema: { type: "string", format: "date-time" },
  },
  ETag: {
    description:
      "Version of the answer: the same while nothing that decides it changes. Send it as If-None-Match, and hear 304 until it does.",
    schema: { type: "string", pattern: '^W/"' },
  },
  "Cache-Control": {
    description: "`private, no-cache`: keep it, and ask before using it again.",
    schema: { type: "string" },
  },
  "Content-Disposition": {
    description: "Name of the file, with the period and the day.",
    schema: { type: "string" },
  },
  "Retry-After": {
    description: "Seconds after which to try again.",
    schema: { type: "integer", minimum: 0 },
  },
  "WWW-Authenticate": {
    description: "`Bearer`: send a token.",
    schema: { type: "string" },
  },
};

export const errorSchema: Schema = {
  title: "Error",
  description:
    "What went wrong. Only `code` is for programs: it stays the same while words may change.",
  type: "object",
  properties: {
    error: {
      type: "object",
      properties: {
        code: { type: "string", description: "Says what it is, such as bad_parameter." },
        message: { type: "string", description: "One sentence that says what to do." },
        parameter: { type: "string", description: "The parameter at fault." },
        allowed: {
          type: "array",
          items: { type: "string" },
          description: "What would have been taken; of many, the first.",
        },
      },
      required: ["code", "message"],
      additionalProperties: false,
    },
  },
  required: ["error"],
  additionalProperties: false,
};

export const ref = (kind: "headers" | "responses" | "schemas" | "parameters", name: string) =>
  ({ $ref: `#/components/${kind}/${name}` }) satisfies Reference;

/** Headers by name, as references. */
export const withHeaders = (...names: string[]): Record<string, Reference> =>
  Object.fromEntries(names.map((name) => [name, ref("headers", name)]));

const failure = (description: string, codes: readonly string[], ...names: string[]): Answer => ({
  description: `${description} Codes: ${codes.map((code) => `\`${code}\``).join(", ")}.`,
  ...(names.length > 0 && { headers: withHeaders(...names) }),
  content: {
    "application/json": {
      schema: {
        ...ref("schemas", "Error"),
        properties: { error: { properties: { code: { enum: codes } } } },
      },
    },
  },
});

/** The answers of every route that is not as it was asked for, by what `failures` calls them. */
export const responses: Readonly<Record<string, Answer>> = {
  Unchanged: {
    description: "What the client has, by its If-None-Match, is what it would get now.",
    headers: withHeaders("X-Data-As-Of", "ETag", "Cache-Control"),
  },
  BadRequest: failure("A parameter is unknown or has a value that it does not take.", [
    "bad_parameter",
    "bad_request",
  ]),
  BadWorkbook: failure("Of a workbook: the same, or there is more than one holds.", [
    "bad_parameter",
    "bad_request",
    "too_many_rows_for_xlsx",
    "too_long_for_xlsx",
  ]),
  NotSignedIn: failure(
    "Nobody says who asks, or the token does not count.",
    ["not_signed_in"],
    "WWW-Authenticate",
  ),
  NotPermitted: failure("None of the roles, or of the token's scopes, permits it.", [
    "not_permitted",
  ]),
  NotFound: failure("There is no such thing for whoever asks.", ["not_found"]),
  NoChromium: failure("The machine of the service has no Chromium.", ["no_chromium"]),
  TooMany: failure(
    "The token has asked as often as it may within a minute.",
    ["too_many_requests"],
    "Retry-After",
  ),
  Away: failure(
    "Not just now.",
    [
      "exports_busy",
      "report_timeout",
      "query_cancelled",
      "not_filled_yet",
      "database_unreachable",
      "not_printed",
    ],
    "Retry-After",
  ),
  Broken: failure("Something is wrong in the service, and is in its log.", ["internal"]),
};

/** What every route that asks who it is may answer. */
export const failures = {
  "401": ref("responses", "NotSignedIn"),
  "403": ref("responses", "NotPermitted"),
  "429": ref("responses", "TooMany"),
  "500": ref("responses", "Broken"),
  "503": ref("responses", "Away"),
} as const;
