import type pg from "pg";
import { badParameter } from "../errors.ts";
import { isDay } from "./day.ts";

/** Records that reports list, and whose custom fields filter them. */
export const customEntities = ["opportunities", "leads", "cases", "conversations"] as const;

export type CustomEntity = (typeof customEntities)[number];

/** A field that users added to a kind of record. */
export interface CustomField {
  /** Whose it is: the record's, or its company's. */
  entity: CustomEntity | "companies";
  key: string;
  label: string;
  type: "text" | "number" | "boolean" | "date" | "choice";
  /** Of a choice. */
  allowed: string[] | null;
  description: string | null;
}

/** What `cf.<key>` says: records where the field has one of the values. */
export interface CustomFieldState {
  field: CustomField;
  values: string[];
}

export const CUSTOM_FIELDS_VIEW = "reporting.custom_fields";

/** The fields of a kind of record and of its company, in reading order. Of two with one key, it is the record's own. */
export async function readCustomFields(
  client: pg.PoolClient,
  entity: CustomEntity,
): Promise<CustomField[]> {
  const { rows } = await client.query<CustomField>(
    `SELECT entity, key, label, data_type AS type, allowed_values::json AS allowed, description
     FROM ${CUSTOM_FIELDS_VIEW} WHERE entity = ANY ($1) ORDER BY label, key`,
    [entity === "leads" ? [entity] : [entity, "companies"]],
  );
  const own = new Set(rows.filter((row) => row.entity === entity).map(({ key }) => key));
  return rows.filter((row) => row.entity === entity || !own.has(row.key));
}

export const parameterOf = ({ key }: Pick<CustomField, "key">): string => `cf.${key}`;

/**
 * What a query string asks of the fields. A text can be any: where no record has it, there are no rows.
 * @throws TidemarkError `bad_parameter` for a value that the field's type does not allow
 */
export const parseCustomFields = (
  fields: readonly CustomField[],
  query: URLSearchParams,
): CustomFieldState[] =>
  fields.map((field) => {
    const name = parameterOf(field);
    const values = query.getAll(name).filter((value) => value !== "");
    for (const value of values) check(field, name, value);
    return { field, values: [...new Set(values)] };
  });

const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;
const LONGEST = 200;

function check({ type, allowed }: CustomField, name: string, value: string): void {
  const refuse = (problem: string, among: string[]) => {
    throw badParameter(name, `${name}: ${problem}`, among);
  };
  if (type === "choice" && !allowed?.includes(value))
    refuse(`there is no "${value}"`, allowed ?? []);
  if (type === "boolean" && value !== "true" && value !== "false")
    refuse(`"${value}" is neither true nor false`, ["true", "false"]);
  if (type === "number" && !NUMBER.test(value)) refuse(`"${value}" is not a number`, ["12.5"]);
  if (type === "date" && !isDay(value)) refuse(`"${value}" is not a day`, ["2026-01-31"]);
  if (value.length > LONGEST) refuse(`takes at most ${LONGEST} characters`, []);
}

/**
 * The values as the database looks for them: for each kind of record, for each field that is asked for, the objects of
 * which its fields have to contain one; null when nothing is asked.
 */
export function wantedFields(states: readonly CustomFieldState[]): string | null {
  const asked = states.filter(({ values }) => values.length > 0);
  if (asked.length === 0) return null;
  const json = ({ type }: CustomField, value: string) =>
    type === "number" ? bareNumber(value) : type === "boolean" ? value : JSON.stringify(value);
  const one = ({ field, values }: CustomFieldState) =>
    `[${values.map((value) => `{${JSON.stringify(field.key)}:${json(field, value)}}`).join(",")}]`;
  const kinds = [...Map.groupBy(asked, ({ field }) => field.entity)].map(
    ([entity, states]) => `"${entity}":[${states.map(one).join(",")}]`,
  );
  return `{${kinds.join(",")}}`;
}

// As it was typed, so that no digit is lost; only JSON wants no zeros in front.
const bareNumber = (value: string): string => value.replace(/^(-?)0+(?=\d)/, "$1");
