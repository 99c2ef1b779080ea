import type pg from "pg";
import { addCall } from "./calls.ts";
import { addRow } from "./crm.ts";
import { liveThrough } from "./deal-life.ts";
import { refreshMarts } from "./marts.ts";
import { addDeal, addSales, type Sales } from "./sales.ts";
import { addWork } from "./work.ts";

/** A small company of which every section of every report has rows; its marts are filled. */
export async function addEveryRecord(pool: pg.Pool): Promise<Sales> {
  const people = await addSales(pool);
  const { ann, bob } = people;
  await addWork(pool, people);
  for (const [rep, day, empathy] of [
    [ann, "2026-11-03", 7.25],
    [bob, "2026-11-04", 5],
  ] as const) {
    const deal = await addDeal(pool, { owner: rep, close: "2026-11-12" });
    const scores = { empathy, "talk, <share>": 0.5 };
    await addCall(pool, { rep, deal, at: `${day}T10:00:00Z`, scores });
  }
  const { id: company_id } = await addRow(pool, "companies", { name: "Acme" });
  await liveThrough(
    pool,
    { company_id: company_id as string, owner_user_id: ann },
    {
      "2026-01-05T12:00:00Z": { amount: "70.5", close_date: "2026-01-20" },
      "2026-01-15T12:00:00Z": { close_date: "2027-06-30" },
    },
  );
  await refreshMarts(pool);
  return people;
}
