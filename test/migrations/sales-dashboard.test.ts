import { expect } from "chai";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { readRows, refreshMarts, setTimeZone } from "../support/marts.ts";
import { addPerson, NOBODY } from "../support/people.ts";

describe("reporting.sales_dashboard", () => {
  let db: TestDatabase;
  let company: string;
  let rep: string;

  before(async () => {
    db = await createTestDatabase();
    await setTimeZone(db.pool, "America/New_York");
    const team = await addRow(db.pool, "teams", { name: "East" });
    rep = await addPerson(db.pool, "Ada", { last_name: "Low", team_id: team.id });
    company = (await addRow(db.pool, "companies", { name: "Acme", industry: "Energy" }))
      .id as string;
  });
  after(() => db.drop());

  /** Adds a deal, refreshes, and reads its row as a report does. */
  const rowOf = async (deal: Record<string, unknown>) => {
    const { id } = await addRow(db.pool, "opportunities", {
      name: "Deal",
      company_id: company,
      created_at: "2026-01-10T12:00:00Z",
      ...deal,
    });
    await refreshMarts(db.pool);
    const sql = "SELECT * FROM reporting.sales_dashboard WHERE opportunity_id = $1";
    return (await readRows(db.pool, sql, [id]))[0];
  };

  it("shows a won deal with names, days and cycle", async () => {
    const product = await addRow(db.pool, "products", { name: "Turbine" });
    const row = await rowOf({
      name: "Big one",
      owner_user_id: rep,
      primary_product_id: product.id,
      amount: "1000.10",
      currency: "EUR",
      stage: "Closed Won",
      stage_changed_at: "2026-03-01T20:00:00Z",
      close_date: "2026-03-01",
      lead_source: "Web",
    });
    expect(row).to.include({
      opportunity_name: "Big one",
      owner_user_id: rep,
      owner_name: "Ada Low",
      team_name: "East",
      company_name: "Acme",
      industry: "Energy",
      lead_source: "Web",
      product_name: "Turbine",
      stage: "Closed Won",
      stage_position: 7,
      status: "won",
      currency: "EUR",
      amount: "1000.1000",
      probability: "1.0000",
      weighted_amount: "1000.1000",
      forecast_category: "Closed",
      created_on: "2026-01-10",
      close_on: "2026-03-01",
      closed_at: "2026-03-01 20:00:00+00",
      cycle_days: 50,
    });
  });

  it("takes the day of creation in the business zone", async () => {
    const row = await rowOf({ created_at: "2026-01-11T04:59:59Z" });
    expect(row.created_on).to.equal("2026-01-10");
  });

  it("names what is missing, instead of dropping the deal", async () => {
    const blank = await addRow(db.pool, "companies", { name: "Blank", industry: " " });
    const row = await rowOf({ company_id: blank.id, lead_source: "" });
    expect(row).to.include({
      owner_user_id: NOBODY,
      owner_name: "(none)",
      team_id: null,
      team_name: "(none)",
      industry: "(none)",
      lead_source: "(none)",
      product_id: null,
      product_name: "(none)",
      amount: null,
      weighted_amount: null,
      close_on: null,
      closed_at: null,
      cycle_days: null,
    });
  });

  it("takes the stage's probability and forecast category where an open deal names none", async () => {
    const standard = await rowOf({ stage: "Negotiation/Review", amount: "10" });
    expect(standard).to.include({
      probability: "0.8000",
      weighted_amount: "8.0000",
      forecast_category: "Commit",
    });
    const own = await rowOf({
      stage: "Negotiation/Review",
      amount: "10",
      probability: "0.25",
      forecast_category: "Pipeline",
    });
    expect(own).to.include({
      probability: "0.2500",
      weighted_amount: "2.5000",
      forecast_category: "Pipeline",
    });
  });

  it("forgets what a closed deal was forecast as", async () => {
    const row = await rowOf({
      stage: "Closed Lost",
      close_date: "2026-02-01",
      amount: "10",
      probability: "0.9",
      forecast_category: "Commit",
    });
    expect(row).to.include({
      status: "lost",
      probability: "0.0000",
      weighted_amount: "0.0000",
      forecast_category: "Omitted",
      cycle_days: null,
    });
  });

  it("shows a reopened deal as open", async () => {
    const deal = { stage: "Closed Won", close_date: "2026-02-01", amount: "10" };
    const { opportunity_id: id } = await rowOf(deal);
    await db.pool.query("UPDATE crm.opportunities SET stage = 'Qualification' WHERE id = $1", [id]);
    await refreshMarts(db.pool);
    const [row] = await readRows(
      db.pool,
      "SELECT status, closed_at, cycle_days FROM reporting.sales_dashboard WHERE opportunity_id = $1",
      [id],
    );
    expect(row).to.deep.equal({ status: "open", closed_at: null, cycle_days: null });
  });

  it("keeps a cycle below zero, which is a finding about the data", async () => {
    const row = await rowOf({ stage: "Closed Won", close_date: "2026-01-08" });
    expect(row.cycle_days).to.equal(-2);
  });

  it("shows a renamed rep, and a rep's new team, without a refresh", async () => {
    const { opportunity_id: id } = await rowOf({ owner_user_id: rep });
    const west = await addRow(db.pool, "teams", { name: "West" });
    await db.pool.query("UPDATE crm.users SET last_name = 'High', team_id = $1 WHERE id = $2", [
      west.id,
      rep,
    ]);
    const [row] = await readRows(
      db.pool,
      "SELECT owner_name, team_name FROM reporting.sales_dashboard WHERE opportunity_id = $1",
      [id],
    );
    expect(row).to.deep.equal({ owner_name: "Ada High", team_name: "West" });
  });

  it("loses a deal that was deleted", async () => {
    const { opportunity_id: id } = await rowOf({});
    await db.pool.query("DELETE FROM crm.opportunities WHERE id = $1", [id]);
    await refreshMarts(db.pool);
    const sql = "SELECT FROM reporting.sales_dashboard WHERE opportunity_id = $1";
    expect(await readRows(db.pool, sql, [id])).to.have.length(0);
  });

  it("joins names only where a report asks for them", async () => {
    const plan = await readRows(
      db.pool,
      "EXPLAIN SELECT sum(amount) FROM reporting.sales_dashboard WHERE owner_user_id = $1",
      [rep],
    );
    const text = plan.map((line) => line["QUERY PLAN"]).join("\n");
    expect(text)
      .to.match(/sales_dashboard/)
      .and.not.match(/users|teams|companies|products/);
  });
});
