import type pg from "pg";

/** Families of types whose values an import checks before the database sees them. */
export type Kind =
  | "text"
  | "integer"
  | "numeric"
  | "boolean"
  | "date"
  | "timestamp"
  | "enum"
  | "uuid"
  | "json";

export interface Column {
  name: string;
  /** SQL name of the type, with its precision. */
  type: string;
  kind: Kind | undefined;
  isRequired: boolean;
  /** SQL of the default. */
  fallback: string | null;
  /** Computed by the database: cannot be written. */
  isGenerated: boolean;
  /** Numbered by the database unless a value is given. */
  isIdentity: boolean;
  labels: string[] | null;
  /** Digits in all and after the point, for numeric(p, s). */
  precision: number | null;
  scale: number | null;
  /** Bytes of an integer. */
  bytes: number;
  /** Table of the crm schema that a foreign key on this column alone points to. */
  pointsTo: string | null;
}

export interface Check {
  name: string;
  sql: string;
  columns: string[];
}

export interface Table {
  name: string;
  columns: Map<string, Column>;
  checks: Check[];
  isPartitioned: boolean;
}

const KINDS: Readonly<Record<string, Kind>> = {
  text: "text",
  varchar: "text",
  int2: "integer",
  int4: "integer",
  int8: "integer",
  numeric: "numeric",
  bool: "boolean",
  date: "date",
  timestamptz: "timestamp",
  uuid: "uuid",
  enum: "enum",
  jsonb: "json",
};

const COLUMNS = `
  SELECT
    attribute.attname AS name,
    format_type(attribute.atttypid, attribute.atttypmod) AS type,
    CASE type.typtype WHEN 'e' THEN 'enum' ELSE type.typname END AS family,
    type.typlen AS bytes,
    attribute.attnotnull AS "isRequired",
    attribute.attgenerated <> '' OR attribute.attidentity = 'a' AS "isGenerated",
    attribute.attidentity = 'd' AS "isIdentity",
    CASE WHEN attribute.attgenerated = '' THEN pg_get_expr(fallback.adbin, fallback.adrelid) END AS fallback,
    CASE WHEN type.typname = 'numeric' AND attribute.atttypmod > 0 THEN (attribute.atttypmod - 4) >> 16 END AS precision,
    CASE WHEN type.typname = 'numeric' AND attribute.atttypmod > 0 THEN (attribute.atttypmod - 4) & 2047 END AS scale,
    (SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = type.oid) AS labels,
    (
      SELECT target.relname
      FROM pg_constraint AS link
      JOIN pg_class AS target ON target.oid = link.confrelid
      WHERE link.conrelid = attribute.attrelid AND link.contype = 'f' AND link.conkey = ARRAY[attribute.attnum]
      LIMIT 1
    ) AS "pointsTo"
  FROM pg_attribute AS attribute
  JOIN pg_type AS type ON type.oid = attribute.atttypid
  LEFT JOIN pg_attrdef AS fallback ON fallback.adrelid = attribute.attrelid AND fallback.adnum = attribute.attnum
  WHERE attribute.attrelid = $1::regclass AND attribute.attnum > 0 AND NOT attribute.attisdropped
  ORDER BY attribute.attnum`;

const CHECKS = `
  SELECT
    conname AS name,
    pg_get_expr(conbin, conrelid) AS sql,
    (
      SELECT array_agg(attname::text)
      FROM pg_attribute
      WHERE attrelid = conrelid AND attnum = ANY (conkey)
    ) AS columns
  FROM pg_constraint
  WHERE conrelid = $1::regclass AND contype = 'c'
  ORDER BY conname`;

/** Asks the database what a table of the crm schema looks like. */
export async function describeTable(client: pg.ClientBase, name: string): Promise<Table> {
  const table = `crm.${name}`;
  const columns = await client.query<Column & { family: string }>(COLUMNS, [table]);
  const checks = await client.query<Check>(CHECKS, [table]);
  const { rows } = await client.query("SELECT relkind FROM pg_class WHERE oid = $1::regclass", [
    table,
  ]);
  return {
    name,
    columns: new Map(columns.rows.map((row) => [row.name, { ...row, kind: KINDS[row.family] }])),
    checks: checks.rows,
    isPartitioned: rows[0].relkind === "p",
  };
}
