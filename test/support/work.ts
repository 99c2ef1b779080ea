import type pg from "pg";
import { addCases } from "./cases.ts";
import { addRow } from "./crm.ts";
import { addLeads } from "./leads.ts";

/** What every report needs to have rows besides deals and calls. */
export async function addWork(pool: pg.Pool, people: { ann: string; bob: string }) {
  await addLeads(pool, people);
  await addCases(pool, people);
  await addRow(pool, "activities", {
    owner_user_id: people.ann,
    activity_type: "Call",
    activity_date: "2026-11-10T10:00:00Z",
    completed_at: "2026-11-10T10:30:00Z",
    created_at: "2026-11-10T09:00:00Z",
  });
}
