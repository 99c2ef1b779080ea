import { expect } from "chai";
import type pg from "pg";
import { foldMart } from "../../src/marts/fold.ts";
import { refreshMart } from "../../src/marts/refresh.ts";

/** Rows that a live mart has too many or too few of, against its definition in the same snapshot. */
export async function findDrift(pool: pg.Pool, mart: string): Promise<string[]> {
  const { rows } = await pool.query(`
    SELECT 'missing ' || missing::text AS line
    FROM (TABLE mart.${mart}_definition EXCEPT ALL TABLE mart.${mart}_live) AS missing
    UNION ALL
    SELECT 'surplus ' || surplus::text
    FROM (TABLE mart.${mart}_live EXCEPT ALL TABLE mart.${mart}_definition) AS surplus`);
  return rows.map(({ line }) => line);
}

/**
 * Makes changes one after the other, each of which must matter to the mart; after each, and after its fold, the live mart
 * must be what its definition says, and so after a refresh.
 */
export async function followChanges(pool: pg.Pool, mart: string, changes: Record<string, string>) {
  const contents = async () =>
    (
      await pool.query(
        `SELECT md5(string_agg(line::text, ' ' ORDER BY line::text)) FROM mart.${mart}_definition AS line`,
      )
    ).rows[0].md5;
  await refreshMart(pool, mart);
  for (const [what, sql] of Object.entries(changes)) {
    const before = await contents();
    await pool.query(sql);
    expect(await contents(), `${what} changes nothing`).not.to.equal(before);
    expect(await findDrift(pool, mart), what).to.deep.equal([]);
    await foldMart(pool, mart);
    expect(await findDrift(pool, mart), `${what}, folded`).to.deep.equal([]);
  }
  await refreshMart(pool, mart);
  expect(await findDrift(pool, mart), "refreshed").to.deep.equal([]);
}

/** Makes a change after which no key of the mart may count as changed. */
export async function expectLeftAlone(pool: pg.Pool, mart: string, change: string) {
  await refreshMart(pool, mart);
  await pool.query(change);
  expect((await pool.query(`SELECT FROM mart.${mart}_changes()`)).rowCount).to.equal(0);
}

/**
 * Tables, other than the eight stages, that the definition of a mart reads from end to end to find the rows of one key,
 * which has to be of UUIDs.
 */
export async function scannedForOneKey(pool: pg.Pool, mart: string): Promise<string[]> {
  const { rows } = await pool.query(
    `SELECT string_agg(name || ' = ''00000000-0000-0000-0000-000000000001''', ' AND ') AS "isKey"
     FROM mart.live_marts, unnest(key_columns) AS name WHERE mart = $1`,
    [mart],
  );
  const plan = await pool.query(
    `EXPLAIN SELECT * FROM mart.${mart}_definition WHERE ${rows[0].isKey}`,
  );
  return plan.rows.flatMap(
    (row) => /Seq Scan on (?!opportunity_stages)(\w+)/.exec(row["QUERY PLAN"])?.[1] ?? [],
  );
}
