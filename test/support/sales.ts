import type pg from "pg";
import { addRow } from "./crm.ts";
import { addPerson } from "./people.ts";

/** The day on which the tests of the reports play, and the clock for it. */
export const TODAY = "2026-11-21";
export const now = () => new Date(`${TODAY}T12:00:00Z`);

export interface Sales {
  ann: string;
  bob: string;
  cyd: string;
}

interface Deal {
  owner?: string;
  stage?: string;
  amount?: string | null;
  close?: string | null;
  created?: string;
  [column: string]: unknown;
}

/** Adds a deal of a company of its own; won and closed today when nothing else is said. */
export async function addDeal(pool: pg.Pool, deal: Deal): Promise<string> {
  const { owner, stage, amount, close, created, company, ...more } = deal;
  const customer = company ?? (await addRow(pool, "companies", { name: "Acme" })).id;
  const { id } = await addRow(pool, "opportunities", {
    name: "Deal",
    company_id: customer,
    owner_user_id: owner ?? null,
    stage: stage ?? "Closed Won",
    amount: amount === undefined ? "100" : amount,
    close_date: close === undefined ? TODAY : close,
    created_at: `${created ?? "2026-09-01"}T12:00:00Z`,
    ...more,
  });
  return id as string;
}

/** A small quarter whose every figure can be worked out by hand. */
export async function addSales(pool: pg.Pool): Promise<Sales> {
  await pool.query("SELECT crm.generate_fiscal_periods(1, 2025, 2027)");
  const north = (await addRow(pool, "teams", { name: "North" })).id;
  const south = (await addRow(pool, "teams", { name: "South <&>" })).id;
  const [ann, bob, cyd] = [
    await addPerson(pool, "Ann", { team_id: north }),
    await addPerson(pool, "Bob", { team_id: south }),
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
  const lost = "Closed Lost";
  const deals: Deal[] = [
    { owner: ann, amount: "1000.10", close: "2026-10-05", created: "2026-09-05" },
    { owner: ann, amount: "3000", close: "2026-11-20", created: "2026-11-10" },
    { owner: ann, amount: "500", close: "2026-10-10", stage: lost },
    { owner: ann, amount: "2000", close: "2026-12-10", stage: "Negotiation/Review" },
    { owner: ann, amount: "700", close: "2026-11-01", stage: "Prospecting" },
    { owner: ann, amount: "800", close: "2026-10-07", currency: "EUR" },
    { owner: ann, amount: "2000", close: "2026-08-01" },
    { owner: ann, amount: "9999", close: "2026-09-20" },
    { owner: bob, amount: null, close: "2026-10-15", created: "2026-10-20" },
    { owner: bob, amount: null, close: "2026-11-01", stage: lost },
    { owner: bob, amount: null, close: "2026-11-02", stage: lost },
    { owner: bob, amount: "60", close: null, stage: "Qualification" },
    { owner: bob, amount: "400", close: "2026-12-24" },
    { amount: "250", close: "2026-10-06", created: "2026-09-06" },
  ];
  for (const deal of deals) await addDeal(pool, deal);
  return { ann, bob, cyd };
}
