import { failures, ref } from "./answers.ts";
import type { OpenApi, Operation } from "./types.ts";

/** The tag of what is of no report. */
export const SERVICE = "service";

const TAG = [SERVICE];

const json = (description: string, schema: object) => ({
  description,
  content: { "application/json": { schema } },
});

const probe = (operationId: string, summary: string, words: readonly string[]): Operation => ({
  operationId,
  summary,
  tags: TAG,
  security: [],
  responses: {
    "200": json("It is.", {
      type: "object",
      properties: { status: { type: "string", enum: words } },
      required: ["status"],
    }),
  },
});

const notReady = json("Not yet, or not just now, and why.", {
  type: "object",
  properties: { status: { type: "string", enum: ["not_ready"] }, reason: { type: "string" } },
  required: ["status", "reason"],
});

/** What programs ask of the service itself. */
export const servicePaths = ({ seesStatus }: { seesStatus: boolean }): OpenApi["paths"] => {
  const ready = probe("ready", "Can it serve: migrated, and every view filled?", ["ready"]);
  return {
    "/openapi.json": {
      get: {
        operationId: "openapi",
        summary: "This document, with the reports that whoever asks may see",
        tags: TAG,
        responses: { "200": json("OpenAPI 3.1.", { type: "object" }), ...failures },
      },
    },
    ...(seesStatus && status),
    "/healthz": { get: probe("healthy", "Does the process live?", ["ok"]) },
    "/readyz": { get: { ...ready, responses: { ...ready.responses, "503": notReady } } },
  };
};

const status: OpenApi["paths"] = {
  "/status.json": {
    get: {
      operationId: "status",
      summary: "How every materialized view is: live or as of when, refreshes, folds, audits",
      tags: TAG,
      responses: {
        "200": json("One object for each.", { type: "array", items: { type: "object" } }),
        ...failures,
      },
    },
  },
  "/metrics": {
    get: {
      operationId: "metrics",
      summary: "The same for Prometheus, and how the process is",
      tags: TAG,
      responses: {
        "200": {
          description: "Text that Prometheus reads.",
          content: { "text/plain": { schema: { type: "string" } } },
        },
        "401": ref("responses", "NotSignedIn"),
        "403": ref("responses", "NotPermitted"),
      },
    },
  },
};
