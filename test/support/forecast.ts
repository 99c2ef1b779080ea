import type pg from "pg";
import { addRow } from "./crm.ts";
import { liveThrough } from "./deal-life.ts";
import { addPerson } from "./people.ts";

export interface Forecast {
  ann: string;
  bob: string;
  cyd: string;
}

type Steps = Parameters<typeof liveThrough>[2];

/** Deals whose every change can be followed by hand, around FY2026 Q4, on the day of the tests. */
export async function addForecast(pool: pg.Pool): Promise<Forecast> {
  await pool.query("SELECT crm.generate_fiscal_periods(1, 2025, 2027)");
  const north = (await addRow(pool, "teams", { name: "North" })).id;
  const [ann, bob, cyd] = [
    await addPerson(pool, "Ann", { team_id: north }),
    await addPerson(pool, "Bob"),
    await addPerson(pool, "Cyd"),
  ];
  for (const [owner, amount] of [
    [ann, 8000],
    [bob, 4000],
    [cyd, 1000],
  ])
    await pool.query(
      `INSERT INTO crm.quotas (owner_user_id, fiscal_period_id, amount, currency)
       SELECT $1, id, $2, 'USD' FROM crm.fiscal_periods WHERE name = 'FY2026 Q4'`,
      [owner, amount],
    );
  const { id: company_id } = await addRow(pool, "companies", { name: "Acme" });
  const live = (name: string, owner: string, steps: Steps, more = {}) =>
    liveThrough(
      pool,
      { name, company_id: company_id as string, owner_user_id: owner, ...more },
      Object.fromEntries(Object.entries(steps).map(([day, set]) => [`${day}T12:00:00Z`, set])),
    );
  const to = (close_date: string) => ({ close_date });

  await live("moved within", ann, {
    "2026-08-10": { stage: "Negotiation/Review", amount: "1000", close_date: "2026-11-10" },
    "2026-11-05": to("2026-11-25"),
  });
  await live("slipped and grew", ann, {
    "2026-08-15": { stage: "Proposal/Price Quote", amount: "2000", close_date: "2026-12-01" },
    "2026-10-20": { close_date: "2027-01-15", amount: "2500" },
  });
  await live("pushed twice, then out", bob, {
    "2026-09-01": { stage: "Qualification", amount: "3000", close_date: "2026-10-31" },
    "2026-10-15": to("2026-12-15"),
    "2026-11-10": to("2027-02-01"),
  });
  await live("out and back", bob, {
    "2026-09-10": { stage: "Prospecting", amount: "400", close_date: "2026-12-20" },
    "2026-11-01": to("2027-01-10"),
    "2026-11-15": to("2026-12-28"),
  });
  await live("won", ann, {
    "2026-09-05": { stage: "Negotiation/Review", amount: "5000", close_date: "2026-11-15" },
    "2026-11-12": { stage: "Closed Won", close_date: "2026-11-12" },
  });
  await live("created and pushed", ann, {
    "2026-10-10": { stage: "Value Proposition", amount: "700", close_date: "2026-12-10" },
    "2026-11-02": to("2027-03-01"),
  });
  await live("slipped under Bob, now Ann's", bob, {
    "2026-08-20": { stage: "Needs Analysis", amount: "800", close_date: "2026-12-05" },
    "2026-10-25": to("2027-01-20"),
    "2026-11-01": { owner_user_id: ann },
    "2026-11-10": to("2027-02-01"),
  });
  await live("overdue", ann, {
    "2026-09-02": { stage: "Qualification", amount: "600", close_date: "2026-11-18" },
  });
  await live(
    "omitted",
    bob,
    { "2026-09-03": { stage: "Prospecting", amount: "900", close_date: "2026-12-12" } },
    { forecast_category: "Omitted" },
  );
  await live(
    "open as closed",
    ann,
    { "2026-09-04": { stage: "Negotiation/Review", amount: "100", close_date: "2026-12-12" } },
    { forecast_category: "Closed" },
  );
  await live("without amount", bob, {
    "2026-09-06": { stage: "Qualification", amount: null, close_date: "2026-12-01" },
  });
  await live(
    "in euro",
    ann,
    { "2026-09-07": { stage: "Prospecting", amount: "70", close_date: "2026-12-01" } },
    { currency: "EUR" },
  );
  await live("undated", bob, {
    "2026-09-08": { stage: "Qualification", amount: "50", close_date: null },
  });
  await live("won ahead", bob, {
    "2026-09-09": { stage: "Qualification", amount: "400", close_date: "2026-12-24" },
    "2026-11-10": { stage: "Closed Won" },
  });
  await live("slipped a quarter, then won", cyd, {
    "2026-06-10": { stage: "Proposal/Price Quote", amount: "1500", close_date: "2026-09-15" },
    "2026-10-02": to("2026-11-30"),
    "2026-11-19": { stage: "Closed Won", close_date: "2026-11-19" },
  });
  await live(
    "known late",
    cyd,
    { "2026-10-12": { stage: "Qualification", amount: "250", close_date: "2026-12-01" } },
    { created_at: "2026-09-01T12:00:00Z" },
  );
  await live("even chance", bob, {
    "2026-09-11": {
      stage: "Proposal/Price Quote",
      amount: "1200",
      close_date: "2026-12-18",
      probability: "0.5",
    },
  });
  return { ann, bob, cyd };
}
