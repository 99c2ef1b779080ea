import type pg from "pg";
import { addActivities } from "./activities.ts";
import { addCases } from "./cases.ts";
import { addLeads } from "./leads.ts";

/** What every report needs to have rows besides deals and calls. */
export async function addWork(pool: pg.Pool, people: { ann: string; bob: string }) {
  await addLeads(pool, people);
  await addCases(pool, people);
  await addActivities(pool, people);
}
