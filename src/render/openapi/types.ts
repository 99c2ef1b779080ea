/** As much of JSON Schema 2020-12 as the document needs. */
export interface Schema {
  $ref?: string;
  title?: string;
  description?: string;
  type?: string | readonly string[];
  format?: string;
  pattern?: string;
  enum?: readonly (string | number)[];
  const?: string;
  anyOf?: readonly Schema[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: boolean;
  default?: string;
  examples?: readonly string[];
  maxLength?: number;
  minimum?: number;
  contentMediaType?: string;
  /** Unit of a column, where its type alone does not say it. */
  "x-unit"?: string;
  /** Type of a column of a view, as PostgreSQL writes it. */
  "x-sql-type"?: string;
}

export interface Parameter {
  name: string;
  in: "query";
  description: string;
  schema: Schema;
  /** Several values are given by saying the name again. */
  style?: "form";
  explode?: true;
}

export interface Reference {
  $ref: string;
}

export interface Header {
  description: string;
  schema: Schema;
}

export interface Answer {
  description: string;
  headers?: Readonly<Record<string, Header | Reference>>;
  content?: Readonly<Record<string, { schema: Schema }>>;
}

export interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags: readonly string[];
  parameters?: readonly Reference[];
  responses: Readonly<Record<string, Answer | Reference>>;
  /** Left out: as the document says for all. */
  security?: readonly Readonly<Record<string, readonly string[]>>[];
}

/** An OpenAPI 3.1 document, as `/openapi.json` gives it. */
export interface OpenApi {
  openapi: "3.1.0";
  info: {
    title: string;
    version: string;
    summary: string;
    description: string;
    license: { name: string; identifier: string };
  };
  servers: readonly { url: string; description: string }[];
  /** What a report is called stands where tools look for the name of a tag. */
  tags: readonly { name: string; description: string; "x-displayName": string }[];
  security: readonly Readonly<Record<string, readonly string[]>>[];
  paths: Readonly<Record<string, { get: Operation }>>;
  components: {
    securitySchemes: Readonly<Record<string, SecurityScheme>>;
    parameters: Readonly<Record<string, Parameter>>;
    headers: Readonly<Record<string, Header>>;
    responses: Readonly<Record<string, Answer>>;
    schemas: Readonly<Record<string, Schema>>;
  };
}

export type SecurityScheme =
  | { type: "http"; scheme: "bearer" | "basic"; description: string }
  | { type: "apiKey"; in: "cookie" | "query"; name: string; description: string };
