import type pg from "pg";

const ROW = /^[a-z_]+$/;

/** Adds one row to a core table. @returns it, as the database stored it */
export async function addRow<Row = Record<string, string>>(
  pool: pg.Pool,
  table: string,
  values: Record<string, unknown>,
): Promise<Row> {
  const columns = Object.keys(values);
  for (const name of [table, ...columns]) {
    if (!ROW.test(name)) throw new Error(`"${name}" is no name of a table or column`);
  }
  const marks = columns.map((_, index) => `$${index + 1}`);
  const { rows } = await pool.query(
    `INSERT INTO crm.${table} (${columns.join(", ")}) VALUES (${marks.join(", ")}) RETURNING *`,
    Object.values(values),
  );
  return rows[0];
}
