import type pg from "pg";
import type { LookupOutput } from "./lookups.ts";
import { crm, literal, lookupTable, name, ROWS } from "./sql.ts";

/** Rejects rows whose record was not found, or blanks the column where the mapping says so. */
export async function settleLookup(client: pg.ClientBase, output: LookupOutput): Promise<string[]> {
  const { lookup, label } = output;
  const column = `s.${name(output.name)}`;
  const table = lookupTable(output);
  const notes: string[] = [];
  if (lookup.placeholder !== undefined) {
    const { rows } = await client.query(
      `SELECT count(*)::integer AS count FROM ${ROWS} AS s WHERE bad_reason IS NULL AND ${column} = $1`,
      [lookup.placeholder],
    );
    const count = rows[0].count;
    const filed = `filed under the ${lookup.one} '${lookup.placeholder}'`;
    if (count > 0) notes.push(`${counted(count)} had no ${label}: ${filed}`);
  }
  const lost = `
    FROM (
      SELECT s.row_line, coalesce(found.match_count, 0) AS match_count
      FROM ${ROWS} AS s
      LEFT JOIN ${table} AS found ON found.text = ${column}
      WHERE s.bad_reason IS NULL AND ${column} IS NOT NULL AND found.found IS NULL
    ) AS lost
    WHERE s.row_line = lost.row_line`;
  const kind = literal(`${lookup.one} with the ${lookup.by.replace("_", " ")} `);
  const reason = `
    CASE lost.match_count WHEN 0 THEN 'there is no ' || ${kind} || to_json(${column})
    ELSE lost.match_count || ' records match: which ' || ${kind} || to_json(${column}) || ' is meant?' END`;
  const { rowCount } = lookup.isMissingBlank
    ? await client.query(`UPDATE ${ROWS} AS s SET ${name(output.name)} = NULL ${lost}`)
    : await client.query(`
      UPDATE ${ROWS} AS s
      SET bad_column = ${literal(label)}, bad_value = left(${column}, 200), bad_reason = ${reason}
      ${lost}`);
  if (lookup.isMissingBlank && rowCount) {
    notes.push(
      `${counted(rowCount)} named a ${lookup.one} that is not there: ${output.name} left blank`,
    );
  }
  if (lookup.isSelf) await rejectOrphans(client, output);
  return notes;
}

/** A row that points to a rejected row of its own file cannot stay either; nor can those that point to it. */
async function rejectOrphans(client: pg.ClientBase, output: LookupOutput) {
  const column = name(output.name);
  let rejected: number | null;
  do {
    ({ rowCount: rejected } = await client.query(`
      UPDATE ${ROWS} AS s
      SET bad_column = ${literal(output.label)}, bad_value = left(s.${column}, 200),
          bad_reason = 'points to line ' || parent.row_line || ', which was rejected'
      FROM ${lookupTable(output)} AS found
      JOIN ${ROWS} AS parent ON parent.row_id = found.found AND parent.bad_reason IS NOT NULL
      WHERE s.bad_reason IS NULL
        AND found.text = s.${column}
        AND NOT EXISTS (SELECT FROM ${crm(output.lookup.table)} AS existing WHERE existing.id = found.found)`));
  } while (rejected);
}

const counted = (count: number) => `${count.toLocaleString("en")} ${count === 1 ? "row" : "rows"}`;
