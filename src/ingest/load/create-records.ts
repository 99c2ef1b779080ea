import type pg from "pg";
import type { LookupPlan } from "../plan/lookup.ts";
import type { Output } from "../plan/output.ts";
import { matches, wantedTexts } from "./lookups.ts";
import { crm, list, literal, name } from "./sql.ts";

/** Creates the records that rows look for and that are not there. @returns how many */
export async function createRecords(
  client: pg.ClientBase,
  output: Output & { lookup: LookupPlan },
): Promise<number> {
  const { lookup } = output;
  const { finder, by, create = {}, createsAny, placeholder } = lookup;
  const extras = Object.entries(create);
  const isExternal = by === "external_id";
  const text = "wanted.text";
  const columns = [finder.fills ?? "name", "source", ...(isExternal ? ["external_id"] : [])];
  const values = [text, literal(lookup.source), ...(isExternal ? [text] : [])];
  const fold = finder.foldsCase ? "lower(wanted.text)" : text;
  const { rowCount } = await client.query(`
    INSERT INTO ${crm(lookup.table)} (${list([...columns, ...extras.map(([key]) => key)].map(name))})
    SELECT DISTINCT ON (${fold}) ${list([...values, ...extras.map(([, value]) => literal(value))])}
    FROM (${wantedTexts(output)}) AS wanted
    WHERE NOT EXISTS (SELECT FROM ${crm(lookup.table)} AS t WHERE ${matches(lookup)})
      ${createsAny ? "" : `AND wanted.text = ${literal(placeholder ?? "")}`}
    ORDER BY ${fold}, wanted.text
    ON CONFLICT DO NOTHING`);
  return rowCount ?? 0;
}
