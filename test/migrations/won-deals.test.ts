import { expect } from "chai";
import { refreshMart } from "../../src/marts/refresh.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addManyDeals, liveThrough } from "../support/deal-life.ts";
import { expectLeftAlone, followChanges, scannedForOneKey } from "../support/live-marts.ts";
import { readRows } from "../support/marts.ts";
import { addPerson, NOBODY } from "../support/people.ts";
import { addProduct, addQuote } from "../support/quotes.ts";

describe("reporting.won_deals", () => {
  let db: TestDatabase;
  let company: string;
  let ann: string;
  let bob: string;

  beforeEach(async () => {
    db = await createTestDatabase();
    company = (await addRow(db.pool, "companies", { name: "Acme", industry: "Energy" }))
      .id as string;
    ann = await addPerson(db.pool, "Ann");
    bob = await addPerson(db.pool, "Bob");
    await refreshMart(db.pool, "won_deals");
  });
  afterEach(() => db.drop());

  const addDeal = (steps: Parameters<typeof liveThrough>[2], deal = {}) =>
    liveThrough(db.pool, { name: "deal", company_id: company, owner_user_id: ann, ...deal }, steps);
  const won = (close_date: string, more = {}) => ({ stage: "Closed Won", close_date, ...more });
  const read = (columns: string) =>
    readRows(
      db.pool,
      `SELECT ${columns} FROM reporting.won_deals ORDER BY opportunity_name, close_on`,
    );

  it("credits whoever owned the deal when it was closed, whoever has it since", async () => {
    await addDeal({
      "2026-01-10T12:00Z": { amount: "100" },
      "2026-01-20T12:00Z": { owner_user_id: bob },
      "2026-02-10T12:00Z": won("2026-02-10", { amount: "90" }),
      "2026-03-01T12:00Z": { owner_user_id: ann },
      // A correction is of the deal, not of who won it.
      "2026-03-02T12:00Z": { amount: "95.5", close_date: "2026-02-11" },
    });
    expect(
      await read(
        "owner_user_id, owner_name, present_owner_user_id, amount, close_on, closed_at, cycle_days, is_closing_recorded",
      ),
    ).to.deep.equal([
      {
        owner_user_id: bob,
        owner_name: "Bob",
        present_owner_user_id: ann,
        amount: "95.5000",
        close_on: "2026-02-11",
        closed_at: "2026-02-10 12:00:00+00",
        cycle_days: 32,
        is_closing_recorded: true,
      },
    ]);
  });

  it("takes the last closing of a deal that was opened again", async () => {
    await addDeal({
      "2026-01-10T12:00Z": { amount: "100" },
      "2026-02-10T12:00Z": won("2026-02-10"),
      "2026-02-20T12:00Z": { stage: "Negotiation/Review", owner_user_id: bob },
      "2026-03-10T12:00Z": won("2026-03-10"),
    });
    await addDeal({
      "2026-01-10T12:00Z": {},
      "2026-02-10T12:00Z": won("2026-02-10"),
      "2026-02-20T12:00Z": { stage: "Closed Lost" },
    });
    expect(await read("owner_name, close_on")).to.deep.equal([
      { owner_name: "Bob", close_on: "2026-03-10" },
    ]);
  });

  it("says where nobody saw the deal become won", async () => {
    await addDeal({ "2026-02-10T12:00Z": won("2026-02-01") });
    const { id } = await addRow(db.pool, "opportunities", {
      name: "without history",
      company_id: company,
      owner_user_id: bob,
      ...won("2026-02-02"),
    });
    await db.pool.query("DELETE FROM crm.opportunity_history WHERE opportunity_id = $1", [id]);
    expect(await read("owner_name, is_closing_recorded")).to.deep.equal([
      { owner_name: "Ann", is_closing_recorded: false },
      { owner_name: "Bob", is_closing_recorded: false },
    ]);
  });

  it("credits nobody where nobody was, or who is gone", async () => {
    await addDeal({ "2026-01-10T12:00Z": {}, "2026-02-10T12:00Z": won("2026-02-10") });
    await addDeal(
      { "2026-01-10T12:00Z": {}, "2026-02-11T12:00Z": won("2026-02-11") },
      { owner_user_id: null },
    );
    await db.pool.query("DELETE FROM crm.users WHERE id = $1", [ann]);
    expect(await read("owner_user_id, owner_name, present_owner_user_id")).to.deep.equal([
      { owner_user_id: ann, owner_name: "(none)", present_owner_user_id: NOBODY },
      { owner_user_id: NOBODY, owner_name: "(none)", present_owner_user_id: NOBODY },
    ]);
  });

  it("has the lines of accepted quotes, in the order in which they were written", async () => {
    const [one, other] = [await addProduct(db.pool, "One"), await addProduct(db.pool, "Other")];
    const deal = await addDeal({
      "2026-01-10T12:00Z": { amount: "130" },
      "2026-02-10T12:00Z": won("2026-02-10"),
    });
    await addQuote(db.pool, deal, [[one, "9", "9"]], { status: "Expired" });
    await addQuote(db.pool, deal, [
      [other, "2", "50", "0.1"],
      [one, "1.5", "20"],
    ]);
    await addQuote(db.pool, deal, [[one, "1", "10"]], { created_at: "2026-08-31T12:00:00Z" });
    expect(await read("line_count, lines_amount")).to.deep.equal([
      { line_count: "3", lines_amount: "130.0000" },
    ]);
    const lines = () =>
      readRows(
        db.pool,
        `SELECT line_no, product_name, quantity, unit_price, discount_rate, line_amount, close_on, currency
         FROM reporting.won_deal_lines ORDER BY line_no`,
      );
    expect((await lines()).map((line) => Object.values(line).join(" "))).to.deep.equal([
      "1 One 1.000 10.0000 0.0000 10.0000 2026-02-10 USD",
      "2 Other 2.000 50.0000 0.1000 90.0000 2026-02-10 USD",
      "3 One 1.500 20.0000 0.0000 30.0000 2026-02-10 USD",
    ]);
    await db.pool.query("UPDATE crm.quotes SET currency = 'EUR' WHERE status = 'Accepted'");
    expect(await read("line_count, lines_amount")).to.deep.equal([
      { line_count: "3", lines_amount: null },
    ]);
  });

  it("follows every change of what it reads", async () => {
    const product = await addProduct(db.pool, "One");
    const deal = await addDeal({
      "2026-01-01T12:00Z": { amount: "1" },
      "2026-01-02T12:00Z": { owner_user_id: bob },
      "2026-01-03T12:00Z": won("2026-01-03"),
    });
    const ofDeal = `opportunity_id = '${deal}'`;
    const quote = await addQuote(db.pool, deal, [[product, "1", "1"]], { status: "Draft" });
    await followChanges(db.pool, "won_deals", {
      "a new deal": `INSERT INTO crm.opportunities (name, company_id, stage, close_date) VALUES ('new', '${company}', 'Closed Won', '2026-01-04')`,
      "a changed deal": `UPDATE crm.opportunities SET amount = 3 WHERE id = '${deal}'`,
      "another owner afterwards": `UPDATE crm.opportunities SET owner_user_id = '${ann}' WHERE id = '${deal}'`,
      "the owner before, corrected": `UPDATE crm.opportunity_history SET to_owner_user_id = NULL WHERE ${ofDeal} AND to_owner_user_id = '${bob}' AND to_stage <> 'Closed Won'`,
      "a change of owner, told late": `INSERT INTO crm.opportunity_history (opportunity_id, changed_at, from_stage, to_stage, from_owner_user_id, to_owner_user_id)
        VALUES ('${deal}', '2026-01-02T18:00Z', 'Prospecting', 'Prospecting', NULL, '${bob}')`,
      "and taken back": `DELETE FROM crm.opportunity_history WHERE ${ofDeal} AND changed_at = '2026-01-02T18:00Z'`,
      "an accepted quote": `UPDATE crm.quotes SET status = 'Accepted' WHERE id = '${quote}'`,
      "another line": `INSERT INTO crm.quote_line_items (quote_id, product_id, quantity, unit_price) VALUES ('${quote}', '${product}', 2, 7)`,
      "a discount": "UPDATE crm.quote_line_items SET discount_rate = 0.5",
      "a quote in another currency": "UPDATE crm.quotes SET currency = 'EUR'",
      "a quote that goes": `DELETE FROM crm.quotes WHERE id = '${quote}'`,
      "another industry": "UPDATE crm.companies SET industry = 'Retail'",
      "a deal opened again": `UPDATE crm.opportunities SET stage = 'Qualification' WHERE id = '${deal}'`,
      "and won again": `UPDATE crm.opportunities SET stage = 'Closed Won' WHERE id = '${deal}'`,
      "a deleted deal": "DELETE FROM crm.opportunities WHERE name = 'new'",
      "no history": "TRUNCATE crm.opportunity_history",
    });
    await expectLeftAlone(
      db.pool,
      "won_deals",
      "UPDATE crm.opportunities SET description = 'words'; UPDATE crm.users SET first_name = 'Ann'",
    );
  });

  it("reaches one deal's rows by index through the definition", async () => {
    await addManyDeals(db.pool, "amount = 1");
    expect(await scannedForOneKey(db.pool, "won_deals")).to.deep.equal([]);
  });
});
