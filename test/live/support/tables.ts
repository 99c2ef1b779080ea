import pg from "pg";
import type { Queryable } from "../../../src/db/queryable.ts";
import type { Random } from "./random.ts";

/** A table that a live mart reads, as far as anybody can write to it without knowing it. */
export interface SourceTable {
  /** Schema-qualified. */
  name: string;
  /** Marts that read it. */
  marts: string[];
  isPartitioned: boolean;
  columns: SourceColumn[];
  /** Columns of the primary key. */
  key: string[];
}

export interface SourceColumn {
  name: string;
  type: string;
  labels: string[] | null;
  isNullable: boolean;
  /** Part of a key that a new row must not share. */
  isUnique: boolean;
  isReference: boolean;
}

/** The tables that live marts read, from the catalogue: a mart of tomorrow is covered as well. */
export async function listSources(db: Queryable): Promise<SourceTable[]> {
  return (await db.query<SourceTable>(SOURCES)).rows;
}

const SOURCES = `
  SELECT
    source::text AS name,
    array_agg(DISTINCT live.mart) AS marts,
    (SELECT relkind = 'p' FROM pg_class WHERE oid = source) AS "isPartitioned",
    (
      SELECT jsonb_agg(jsonb_build_object(
        'name', quote_ident(attname),
        'type', format_type(atttypid, NULL),
        'labels', (SELECT jsonb_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = atttypid),
        'isNullable', NOT attnotnull,
        'isUnique', EXISTS (SELECT FROM pg_index WHERE indrelid = source AND indisunique AND attnum = ANY (indkey)),
        'isReference', EXISTS (SELECT FROM pg_constraint WHERE conrelid = source AND contype = 'f' AND attnum = ANY (conkey))
      ) ORDER BY attnum)
      FROM pg_attribute
      WHERE attrelid = source AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity = ''
    ) AS columns,
    (
      SELECT array_agg(quote_ident(attname)::text ORDER BY attnum)
      FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
      WHERE indrelid = source AND indisprimary
    ) AS key
  FROM mart.live_marts AS live, unnest(live.sources) AS source
  GROUP BY source
  ORDER BY source::text`;

/** Deals marked so are left alone by whoever writes anything anywhere, with what they rest on. */
export const KEPT = "kept";

const KEPT_ROWS: Record<string, string> = {
  "crm.opportunities": `source = '${KEPT}'`,
  "crm.opportunity_stages": "stage = 'Prospecting'",
  // Without a business zone there are no weeks.
  "ops.settings": "key = 'business_time_zone'",
};

/** SQL that is true of one row, some way down the table. */
export function rowAt({ name, key }: SourceTable, offset: number, alias = "written") {
  const mine = key.map((column) => `${alias}.${column}`).join(", ");
  const kept = KEPT_ROWS[name] ? `WHERE NOT (${KEPT_ROWS[name]})` : "";
  return `(${mine}) = (SELECT ${key} FROM ${name} ${kept} ORDER BY ${key} OFFSET ${offset} LIMIT 1)`;
}

/** A statement that writes a value into a column of one row. */
export const updateOf = (table: SourceTable, column: string, value: string, offset: number) =>
  `UPDATE ${table.name} AS written SET ${column} = ${value} WHERE ${rowAt(table, offset)}`;

export const deleteOf = (table: SourceTable, offset: number) =>
  `DELETE FROM ${table.name} AS written WHERE ${rowAt(table, offset)}`;

/** A statement that adds a row like one that there is, with other keys. */
export function insertOf(
  table: SourceTable,
  { offset, uuid, word }: { offset: number; uuid: string; word: string },
) {
  const changes: Record<string, string | null> = {};
  for (const { name, type, isUnique, isReference, isNullable } of table.columns) {
    if (!isUnique) continue;
    if (isNullable) changes[name] = null;
    else if (isReference) continue;
    else if (type === "uuid") changes[name] = uuid;
    else if (type === "text" && name !== "source") changes[name] = word;
  }
  const columns = table.columns.map(({ name }) => name);
  return `INSERT INTO ${table.name} (${columns}) SELECT ${columns.map((name) => `copy.${name}`)}
    FROM ${table.name} AS model, jsonb_populate_record(model, ${pg.escapeLiteral(JSON.stringify(changes))}) AS copy
    WHERE ${rowAt(table, offset, "model")}`;
}

/** SQL of a value that the column may take: another row's, a new one, or none. */
export function valueFor(table: SourceTable, column: SourceColumn, random: Random): string {
  const { name, type, labels } = column;
  if (column.isNullable && random.onceIn(6)) return "NULL";
  if (labels) return pg.escapeLiteral(random.pick(labels));
  const other = `(SELECT ${name} FROM ${table.name} ORDER BY ${table.key} OFFSET ${random.below(20)} LIMIT 1)`;
  if (column.isReference || random.onceIn(4)) return other;
  switch (type) {
    case "text":
      return pg.escapeLiteral(random.pick(["x", "Y", " ", "z1", "z2"]) + random.below(30));
    case "numeric":
      return `${random.below(100)}.${random.below(100)} / ${random.pick([1, 100])}`;
    case "boolean":
      return random.pick(["true", "false"]);
    case "date":
      return `date '2026-10-01' + ${random.below(60)}`;
    case "timestamp with time zone":
      return `timestamptz '2026-10-01' + ${random.below(60 * 24)} * interval '1 hour'`;
    default:
      return other;
  }
}
