import type pg from "pg";
import type { StepPlan } from "../plan/step.ts";
import { list, literal, name, ROWS } from "./sql.ts";

/**
 * Keeps the first row of each key. The others are rejected, or passed over where the mapping says so.
 * @returns how many were passed over
 */
export async function settleDuplicates(client: pg.ClientBase, plan: StepPlan): Promise<number> {
  const keys = plan.target.key.filter((column) => column !== "source").map(name);
  const repeated = `
    FROM (
      SELECT ${list(keys)}, min(row_line) AS first_line
      FROM ${ROWS}
      WHERE bad_reason IS NULL
      GROUP BY ${list(keys)}
      HAVING count(*) > 1
    ) AS first_rows
    WHERE ${keys.map((key) => `s.${key} = first_rows.${key}`).join(" AND ")}
      AND s.row_line > first_rows.first_line
      AND s.bad_reason IS NULL`;
  if (plan.keepsFirst) {
    const { rowCount } = await client.query(
      `DELETE FROM ${ROWS} AS s USING ${repeated.trim().replace(/^FROM/, "")}`,
    );
    return rowCount ?? 0;
  }
  const parts = plan.outputs.filter((output) => keys.includes(name(output.name)));
  // A column of the file says more than a constant does.
  const { label = "" } = parts.find((part) => part.label !== part.name) ?? parts[0] ?? {};
  await client.query(`
    UPDATE ${ROWS} AS s
    SET bad_column = ${literal(label)},
        bad_value = left(concat_ws(', ', ${list(keys.map((key) => `s.${key}`))}), 200),
        bad_reason = 'the same ' || ${literal(plan.target.one)} || ' as in line ' || first_rows.first_line
    ${repeated}`);
  return 0;
}
