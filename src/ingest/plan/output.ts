import type { CustomField } from "../mapping/field.ts";
import type { LookupPlan } from "./lookup.ts";
import type { Reader } from "./read.ts";

/** One column that a step stages. */
export interface Output extends Reader {
  /** Name in the staging table: the target column's, or an invented one. */
  name: string;
  /** SQL type in the staging table; look-ups stage the text to look for. */
  type: string;
  /** What a user calls it: the column of the file, or the target column. */
  label: string;
  /** Whether a blank rejects the row. */
  isRequired: boolean;
  /** SQL for a blank in a new row. */
  fallback: string | null;
  lookup?: LookupPlan;
  /** Rows that took the field's default so far, that default, and what they lacked. */
  defaults: { text: string | undefined; count: number; lacked: string };
}

/** A custom field that a step fills. */
export interface CustomOutput extends Reader {
  key: string;
  label: string;
  field: CustomField;
}

export interface HistoryStage {
  stage: string;
  /** Staging column with the time at which it was entered. */
  column: string;
}
