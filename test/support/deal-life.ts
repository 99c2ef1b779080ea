import type pg from "pg";
import { addRow } from "./crm.ts";

type Columns = Record<string, string | null>;

/** Adds as many deals as plans need to prefer an index, each with a change in its history. @param change what to set then */
export async function addManyDeals(pool: pg.Pool, change: string) {
  await pool.query(`
    INSERT INTO crm.companies (name) SELECT 'bulk' FROM generate_series(1, 5000);
    INSERT INTO crm.opportunities (name, company_id) SELECT 'bulk', id FROM crm.companies;
    UPDATE crm.opportunities SET ${change};
    ANALYZE crm.opportunities, crm.opportunity_history, crm.companies`);
}

/**
 * Adds a deal and lets it change step by step, as if each step had happened at its time.
 * @param steps its columns at first, and what each later step changes, by time
 * @returns its key
 */
export async function liveThrough(
  pool: pg.Pool,
  deal: Columns,
  steps: Record<string, Columns>,
): Promise<string> {
  const [[start, first], ...later] = Object.entries(steps) as [
    [string, Columns],
    ...[string, Columns][],
  ];
  const { id } = await addRow(pool, "opportunities", {
    name: "Deal",
    created_at: start,
    stage_changed_at: start,
    ...deal,
    ...first,
  });
  for (const [at, columns] of later) {
    const names = Object.keys(columns);
    await pool.query(
      `UPDATE crm.opportunities SET ${names.map((name, index) => `${name} = $${index + 2}`).join(", ")} WHERE id = $1`,
      [id, ...Object.values(columns)],
    );
    await pool.query(
      `UPDATE crm.opportunity_history SET changed_at = $2
       WHERE id = (SELECT max(id) FROM crm.opportunity_history WHERE opportunity_id = $1)`,
      [id, at],
    );
  }
  return id as string;
}
