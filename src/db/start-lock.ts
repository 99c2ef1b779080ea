import type pg from "pg";

/** Any number that nothing else uses as an advisory lock in this database. */
const START = 7_461_646_500_001n;

/** Runs `work` while no other process does, so that two services that start together do not fill a database twice. */
export async function whileAlone<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query("SELECT pg_advisory_lock($1)", [START]);
  try {
    return await work();
  } finally {
    await client.query("SELECT pg_advisory_unlock($1)", [START]);
  }
}
