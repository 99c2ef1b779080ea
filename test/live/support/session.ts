import type pg from "pg";
import { lockFolds, unlockFolds } from "../../../src/marts/lock.ts";

/** One hand of a race: a session whose steps the test takes in its own order. */
export interface Session {
  run(sql: string): Promise<pg.QueryResult>;
  /** Begins a fold and computes it, without committing. */
  beginFold(mart: string): Promise<void>;
  /** Commits it, and gives its lock back. */
  endFold(mart: string): Promise<void>;
}

export async function openSession(pool: pg.Pool): Promise<Session & { close(): Promise<void> }> {
  const client = await pool.connect();
  return {
    run: (sql) => client.query(sql),
    async beginFold(mart) {
      await lockFolds(client, mart);
      await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
      await client.query("SELECT mart.fold($1)", [mart]);
    },
    async endFold(mart) {
      await client.query("COMMIT");
      await unlockFolds(client, mart);
    },
    async close() {
      // Whatever it still holds ends with it.
      client.release(true);
    },
  };
}
