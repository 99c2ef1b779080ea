import type pg from "pg";
import type { LookupPlan } from "../plan/lookup.ts";
import type { Output } from "../plan/output.ts";
import type { StepPlan } from "../plan/step.ts";
import { idOf } from "../plan/targets.ts";
import { createRecords } from "./create-records.ts";
import { settleLookup } from "./lookup-outcome.ts";
import { joinExisting } from "./proposal.ts";
import { crm, literal, lookupTable, name, ROWS } from "./sql.ts";

export type LookupOutput = Output & { lookup: LookupPlan };

/**
 * Finds every record that the rows look for, set-wise; creates those that the mapping lets it, and rejects rows
 * whose record is missing or ambiguous.
 * @returns notes for the report
 */
export async function resolveLookups(client: pg.ClientBase, plan: StepPlan): Promise<string[]> {
  const notes: string[] = [];
  if (plan.outputs.some((output) => output.lookup?.isSelf)) await numberRows(client, plan);
  for (const output of plan.outputs.filter(isLookup)) {
    const created = output.lookup.create ? await createRecords(client, output) : 0;
    if (created > 0) {
      notes.push(`created in ${output.lookup.table} for ${output.label}: ${created}`);
    }
    await find(client, plan, output);
    notes.push(...(await settleLookup(client, output)));
  }
  return notes;
}

const isLookup = (output: Output): output is LookupOutput => output.lookup !== undefined;

/** Rows that look for one another need their ids before they are written. */
async function numberRows(client: pg.ClientBase, plan: StepPlan) {
  await client.query(`UPDATE ${ROWS} SET row_id = gen_random_uuid()`);
  await client.query(`
    UPDATE ${ROWS} SET row_id = known.id
    FROM (SELECT s.row_line, e.id FROM ${ROWS} AS s ${joinExisting(plan, "JOIN")}) AS known
    WHERE import_rows.row_line = known.row_line`);
}

/** SQL: whether a record `t` is the one that `wanted.text` names. */
export function matches({ finder, by, source }: LookupPlan): string {
  const fold = (sql: string) => (finder.foldsCase ? `lower(${sql})` : sql);
  const same = `${fold(finder.sql)} = ${fold("wanted.text")}`;
  return by === "external_id" ? `${same} AND t.source = ${literal(source)}` : same;
}

/** SQL: each text that good rows look for, once. */
export const wantedTexts = (output: Output) => `
  SELECT DISTINCT ${name(output.name)} AS text
  FROM ${ROWS}
  WHERE bad_reason IS NULL AND ${name(output.name)} IS NOT NULL`;

async function find(client: pg.ClientBase, plan: StepPlan, output: LookupOutput) {
  const { lookup } = output;
  const id = name(idOf(lookup.table));
  const own = lookup.table === "fiscal_periods" ? "false" : `t.source = ${literal(lookup.source)}`;
  const fromFile = lookup.isSelf ? `UNION ALL ${newRows(plan, lookup)}` : "";
  await client.query(`DROP TABLE IF EXISTS ${lookupTable(output)}`);
  // Several records of that name: the only one of this source is meant, otherwise nobody can tell.
  await client.query(`
    CREATE TEMPORARY TABLE ${name(`found_${output.name}`)} ON COMMIT DROP AS
    WITH wanted AS (${wantedTexts(output)}),
    candidates AS (
      SELECT wanted.text, t.${id} AS id, ${own} AS is_own
      FROM wanted
      JOIN ${crm(lookup.table)} AS t ON ${matches(lookup)}
      ${fromFile}
    )
    SELECT
      text,
      CASE
        WHEN count(*) = 1 THEN (array_agg(id))[1]
        WHEN count(*) FILTER (WHERE is_own) = 1 THEN (array_agg(id) FILTER (WHERE is_own))[1]
      END AS found,
      count(*) AS match_count
    FROM candidates
    GROUP BY text`);
  await client.query(`ANALYZE ${lookupTable(output)}`);
}

/** SQL: rows of the file that are not in the table yet and may be what another row of it looks for. */
function newRows(plan: StepPlan, lookup: LookupPlan): string {
  const columns = new Set(plan.outputs.map((output) => output.name));
  const needed = [...lookup.finder.sql.matchAll(/\bt\.(\w+)/g)].map(([, column = ""]) => column);
  if (!needed.every((column) => columns.has(column))) return "SELECT NULL, NULL, NULL WHERE false";
  const same = matches({ ...lookup, by: lookup.by === "external_id" ? "file" : lookup.by });
  return `
    SELECT wanted.text, t.row_id, true
    FROM wanted
    JOIN ${ROWS} AS t ON ${same}
    WHERE t.bad_reason IS NULL
      AND NOT EXISTS (SELECT FROM ${crm(plan.table.name)} AS existing WHERE existing.id = t.row_id)`;
}
