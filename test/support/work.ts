import type pg from "pg";
import { addLeads } from "./leads.ts";

/** What every report needs to have rows: leads, as small as they can be. */
export async function addWork(pool: pg.Pool, people: { ann: string; bob: string }) {
  await addLeads(pool, people);
}
