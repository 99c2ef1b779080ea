import type pg from "pg";
import type { FieldKey } from "../../access/fields/key.ts";
import { badMapping } from "../../errors.ts";
import { type DataFile, openFile } from "../file/open.ts";
import type { LoadedMapping, PlacedStep } from "../mapping/load.ts";
import { describeTable, type Table } from "./catalogue.ts";
import { customOutput, leftovers, planCustomFields } from "./custom-output.ts";
import { planHistory } from "./history.ts";
import { planLinks } from "./links.ts";
import { compileOnly } from "./only.ts";
import type { CustomOutput, HistoryStage, Output } from "./output.ts";
import { type FieldContext, planColumn } from "./outputs.ts";
import { asKey, requireColumn, requireFilled, withKey } from "./required.ts";
import { planSecrets, type SecretsPlan } from "./secrets.ts";
import { type Target, targetOf } from "./targets.ts";
import { usedColumns } from "./used-columns.ts";

/** A step that has been checked against its file and its table, ready to run. */
export interface StepPlan {
  name: string;
  file: DataFile;
  table: Table;
  target: Target;
  source: string;
  outputs: Output[];
  customs: CustomOutput[];
  /** Sensitive fields of contacts. */
  secrets: SecretsPlan | undefined;
  history: HistoryStage[];
  /** What a row is linked to, by kind. */
  links: { kind: string; output: Output }[];
  /** Whether a second row of the same key is passed over instead of rejected. */
  keepsFirst: boolean;
  /** Whether a row is meant at all. */
  isWanted: (row: readonly string[]) => boolean;
  /** Column whose blank means that the row is not meant. */
  skipBlank: string | undefined;
  /** Columns of the file that nothing reads. */
  unused: string[];
}

/** What planning needs besides the step. */
export interface PlanContext {
  client: pg.ClientBase;
  mapping: LoadedMapping;
  /** Zone of times that name none. */
  zone: string;
  /** Keys of sensitive fields, the current one first; none where the settings have none. */
  fieldKeys: readonly FieldKey[];
}

/**
 * Checks one step against its file and its table, before anything is written.
 * @throws TidemarkError `bad_mapping`
 */
export async function planStep(
  step: PlacedStep,
  { client, mapping, zone, fieldKeys }: PlanContext,
): Promise<StepPlan> {
  const { where } = step;
  const table = await describeTable(client, step.table);
  const target = targetOf(step.table);
  const used = usedColumns(step);
  const file = await openFile(step.file, mapping.dataDir, where, used);
  const unused = file.header.filter((name) => name !== "" && !used.includes(name));
  const { source, blank } = mapping;
  const context: FieldContext = {
    client,
    into: step.table,
    source,
    header: file.header,
    blank,
    zone,
  };

  const outputs: Output[] = [];
  for (const [name, field] of Object.entries(withKey(step, target))) {
    const place = `${where}.columns.${name}`;
    const output = await planColumn(requireColumn(table, name, place), field, place, context);
    outputs.push(target.key.includes(name) ? asKey(output) : output);
  }
  requireFilled(table, outputs, where);

  const others = step.other_columns === "custom_fields" ? leftovers(unused) : {};
  const fields = { ...others, ...step.custom_fields };
  if (Object.keys(fields).length > 0 && !table.columns.has("custom_fields")) {
    throw badMapping(`${where}.custom_fields`, `${step.table} have no custom fields`);
  }
  const customs = await planCustomFields(fields, where, context);
  if (customs.length > 0) outputs.push(customOutput(customs));
  return {
    name: step.name ?? `${step.file.path} to ${step.table}`,
    file,
    table,
    target,
    source,
    outputs,
    customs,
    secrets: planSecrets(step, outputs, context, fieldKeys),
    history: planHistory(step, table, outputs, context),
    links: await planLinks(step, target, outputs, context),
    keepsFirst: step.duplicates === "first",
    isWanted: compileOnly(step.only, file.header),
    skipBlank: step.skipBlank,
    unused: step.other_columns === "ignore" ? unused : [],
  };
}
