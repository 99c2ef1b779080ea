import type pg from "pg";
import { addRow } from "./crm.ts";
import { liveThrough } from "./deal-life.ts";
import { addPerson } from "./people.ts";

/** Deals whose way through the stages can be followed by hand: seven created in September, two in August. */
export async function addStages(pool: pg.Pool) {
  await pool.query("SELECT crm.generate_fiscal_periods(1, 2025, 2027)");
  const north = (await addRow(pool, "teams", { name: "North" })).id;
  const [ann, bob, cyd] = [
    await addPerson(pool, "Ann", { team_id: north }),
    await addPerson(pool, "Bob"),
    await addPerson(pool, "Cyd"),
  ];
  const companies = [
    (await addRow(pool, "companies", { name: "Acme", industry: "Retail" })).id,
    (await addRow(pool, "companies", { name: "Bolt", industry: "Energy" })).id,
  ];
  const live = (name: string, owner: string, stages: Record<string, string>, more = {}) =>
    liveThrough(
      pool,
      {
        name,
        company_id: companies[owner === ann ? 0 : 1] as string,
        owner_user_id: owner,
        close_date: "2026-12-31",
        ...more,
      },
      Object.fromEntries(
        Object.entries(stages).map(([day, stage]) => [`2026-${day}T12:00:00Z`, { stage }]),
      ),
    );

  await live("straight on", ann, {
    "09-01": "Prospecting",
    "09-05": "Qualification",
    "09-15": "Needs Analysis",
  });
  await live("skips three", ann, {
    "09-02": "Prospecting",
    "09-08": "Proposal/Price Quote",
    "09-20": "Closed Won",
  });
  await live("lost early", bob, { "09-03": "Prospecting", "09-13": "Closed Lost" });
  await live("comes back", bob, {
    "09-04": "Prospecting",
    "09-06": "Qualification",
    "09-10": "Prospecting",
    "09-12": "Qualification",
    "10-01": "Needs Analysis",
    "11-01": "Qualification",
  });
  await live("stays", cyd, { "09-10": "Prospecting" });
  await live("won, opened again, lost", ann, {
    "09-11": "Negotiation/Review",
    "09-21": "Closed Won",
    "10-21": "Negotiation/Review",
    "10-31": "Closed Lost",
  });
  await live(
    "known late",
    bob,
    { "10-05": "Qualification" },
    { created_at: "2026-09-15T12:00:00Z" },
  );
  await live("August, slow", ann, { "08-10": "Prospecting", "11-10": "Qualification" });
  await live("August, quick", ann, {
    "08-11": "Prospecting",
    "08-20": "Qualification",
    "10-30": "Needs Analysis",
  });
  return { ann, bob, cyd };
}
