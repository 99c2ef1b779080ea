import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";

/** Asks until the first column of the first row is true; mocha's timeout bounds it. */
export async function waitUntil(pool: pg.Pool, sql: string): Promise<void> {
  const { rows } = await pool.query({ text: sql, rowMode: "array" });
  if (rows[0]?.[0]) return;
  await delay(20);
  return waitUntil(pool, sql);
}
