import { expect } from "chai";
import { refreshMart } from "../../src/marts/refresh.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addManyDeals, liveThrough } from "../support/deal-life.ts";
import { followChanges, scannedForOneKey } from "../support/live-marts.ts";
import { readRows, setTimeZone } from "../support/marts.ts";
import { addPerson, NOBODY } from "../support/people.ts";

describe("reporting.pipeline_history", () => {
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
    await refreshMart(db.pool, "pipeline_history");
  });
  afterEach(() => db.drop());

  const addDeal = (name: string, steps: Parameters<typeof liveThrough>[2]) =>
    liveThrough(db.pool, { name, company_id: company }, steps);
  const read = (columns: string, where = "true") =>
    readRows(
      db.pool,
      `SELECT ${columns} FROM reporting.pipeline_history WHERE ${where} ORDER BY opportunity_name, valid_from`,
    );

  it("has a row for each time between two changes, as the deal stood then", async () => {
    await addDeal("deal", {
      "2026-01-10T12:00Z": {
        stage: "Prospecting",
        amount: "100",
        close_date: "2026-03-31",
        owner_user_id: ann,
      },
      "2026-01-20T12:00Z": { amount: "250" },
      "2026-02-01T12:00Z": { stage: "Negotiation/Review", probability: "0.9", owner_user_id: bob },
      "2026-02-10T12:00Z": { stage: "Closed Won", close_date: "2026-02-10" },
    });
    expect(
      await read(
        "valid_from_on, valid_until_on, stage, status, amount, probability, weighted_amount, close_on, owner_name",
      ),
    ).to.deep.equal([
      {
        valid_from_on: "2026-01-10",
        valid_until_on: "2026-01-20",
        stage: "Prospecting",
        status: "open",
        amount: "100.0000",
        probability: "0.1000",
        weighted_amount: "10.0000",
        close_on: "2026-03-31",
        owner_name: "Ann",
      },
      {
        valid_from_on: "2026-01-20",
        valid_until_on: "2026-02-01",
        stage: "Prospecting",
        status: "open",
        amount: "250.0000",
        probability: "0.1000",
        weighted_amount: "25.0000",
        close_on: "2026-03-31",
        owner_name: "Ann",
      },
      {
        valid_from_on: "2026-02-01",
        valid_until_on: "2026-02-10",
        stage: "Negotiation/Review",
        status: "open",
        amount: "250.0000",
        probability: "0.9000",
        weighted_amount: "225.0000",
        close_on: "2026-03-31",
        owner_name: "Bob",
      },
      {
        valid_from_on: "2026-02-10",
        valid_until_on: null,
        stage: "Closed Won",
        status: "won",
        amount: "250.0000",
        probability: "1.0000",
        weighted_amount: "250.0000",
        close_on: "2026-02-10",
        owner_name: "Bob",
      },
    ]);
    expect(
      await read("previous_stage, previous_status, previous_amount, previous_close_on"),
    ).to.deep.equal([
      {
        previous_stage: null,
        previous_status: null,
        previous_amount: null,
        previous_close_on: null,
      },
      {
        previous_stage: "Prospecting",
        previous_status: "open",
        previous_amount: "100.0000",
        previous_close_on: "2026-03-31",
      },
      {
        previous_stage: "Prospecting",
        previous_status: "open",
        previous_amount: "250.0000",
        previous_close_on: "2026-03-31",
      },
      {
        previous_stage: "Negotiation/Review",
        previous_status: "open",
        previous_amount: "250.0000",
        previous_close_on: "2026-03-31",
      },
    ]);
    const [present] = await read(
      "present_owner_user_id AS owner, company_name, industry, lead_source, product_name, currency, recorded_from_on, created_on",
      "valid_until IS NULL",
    );
    expect(present).to.deep.equal({
      owner: bob,
      company_name: "Acme",
      industry: "Energy",
      lead_source: "(none)",
      product_name: "(none)",
      currency: "USD",
      recorded_from_on: "2026-01-10",
      created_on: "2026-01-10",
    });
  });

  it("gives the pipeline at the end of any day, in the business zone", async () => {
    await setTimeZone(db.pool, "America/New_York");
    await refreshMart(db.pool, "pipeline_history");
    await addDeal("a", {
      "2026-01-10T04:59:59Z": { amount: "100" },
      "2026-01-12T05:00:00Z": { amount: "30" },
      "2026-01-13T12:00:00Z": { stage: "Closed Lost", close_date: "2026-01-13" },
    });
    await addDeal("b", { "2026-01-11T12:00:00Z": { amount: "7" } });
    const days = [];
    for (const day of ["08", "09", "10", "11", "12", "13"]) {
      const [{ sum }] = await readRows(
        db.pool,
        `SELECT sum(amount)::integer FROM reporting.pipeline_history
         WHERE status = 'open' AND valid_from_on <= $1 AND (valid_until_on > $1 OR valid_until_on IS NULL)`,
        [`2026-01-${day}`],
      );
      days.push(sum);
    }
    expect(days).to.deep.equal([null, 100, 100, 107, 37, 7]);
  });

  it("tells what slipped out of a period from what was pushed", async () => {
    const planned = (close_date: string) => ({
      "2026-09-01T12:00Z": { amount: "100", close_date },
    });
    const moved = (close_date: string) => ({ close_date });
    await addDeal("1 slipped", {
      ...planned("2026-11-15"),
      "2026-11-10T12:00Z": moved("2027-01-20"),
    });
    await addDeal("2 pushed within", {
      ...planned("2026-11-15"),
      "2026-11-10T12:00Z": moved("2026-12-31"),
    });
    await addDeal("3 pushed, then slipped", {
      ...planned("2026-10-15"),
      "2026-10-10T12:00Z": moved("2026-11-15"),
      "2026-11-10T12:00Z": moved("2027-01-01"),
    });
    await addDeal("4 created in the period", {
      "2026-10-02T12:00Z": { amount: "100", close_date: "2026-12-01" },
      "2026-11-10T12:00Z": moved("2027-01-20"),
    });
    await addDeal("5 pulled in", {
      ...planned("2027-01-20"),
      "2026-11-10T12:00Z": moved("2026-12-01"),
    });
    await addDeal("6 won later than planned", {
      ...planned("2026-12-20"),
      "2027-01-05T12:00Z": { stage: "Closed Won", close_date: "2027-01-05" },
    });
    await addDeal("7 opened again", {
      ...planned("2026-08-20"),
      "2026-09-02T12:00Z": { stage: "Closed Lost", close_date: "2026-09-02" },
      "2026-11-10T12:00Z": { stage: "Qualification", close_date: "2027-03-01" },
    });
    await addDeal("8 slipped and came back", {
      ...planned("2026-11-15"),
      "2026-11-10T12:00Z": moved("2027-01-20"),
      "2026-11-20T12:00Z": moved("2026-12-20"),
    });
    await addDeal("9 without a date", {
      ...planned("2026-11-15"),
      "2026-11-10T12:00Z": { close_date: null },
    });
    const slipped = await readRows(
      db.pool,
      `SELECT opportunity_name AS name
       FROM reporting.pipeline_history AS opening
       WHERE status = 'open'
         AND valid_from_on < '2026-10-01' AND (valid_until_on >= '2026-10-01' OR valid_until_on IS NULL)
         AND close_on BETWEEN '2026-10-01' AND '2026-12-31'
         AND EXISTS (
           SELECT FROM reporting.pipeline_history AS later
           WHERE later.opportunity_id = opening.opportunity_id AND later.valid_from > opening.valid_from
             AND later.status = 'open' AND later.close_on > '2026-12-31'
         )
       ORDER BY name`,
    );
    expect(slipped.map(({ name }) => name)).to.deep.equal([
      "1 slipped",
      "3 pushed, then slipped",
      "8 slipped and came back",
    ]);
    const pushes = await read("opportunity_name AS name, push_count", "valid_until IS NULL");
    expect(pushes.map(({ name, push_count }) => `${name}: ${push_count}`)).to.deep.equal([
      "1 slipped: 1",
      "2 pushed within: 1",
      "3 pushed, then slipped: 2",
      "4 created in the period: 1",
      "5 pulled in: 0",
      "6 won later than planned: 0",
      "7 opened again: 0",
      "8 slipped and came back: 1",
      "9 without a date: 0",
    ]);
    expect(await read("push_count, is_push", "opportunity_name ~ '^8'")).to.deep.equal([
      { push_count: "0", is_push: false },
      { push_count: "1", is_push: true },
      { push_count: "1", is_push: false },
    ]);
  });

  it("lets a change that was told late take back only what it changed", async () => {
    await addDeal("told late", {
      "2026-01-05T00:00Z": { stage: "Qualification", amount: "100" },
      "2026-04-01T00:00Z": { amount: "250" },
      "2026-03-01T00:00Z": { stage: "Closed Won", close_date: "2026-03-01" },
    });
    expect(await read("valid_from_on, stage, amount, close_on")).to.deep.equal([
      { valid_from_on: "2026-01-05", stage: "Qualification", amount: "100.0000", close_on: null },
      {
        valid_from_on: "2026-03-01",
        stage: "Closed Won",
        amount: "100.0000",
        close_on: "2026-03-01",
      },
      {
        valid_from_on: "2026-04-01",
        stage: "Closed Won",
        amount: "250.0000",
        close_on: "2026-03-01",
      },
    ]);
  });

  it("ends with the deal as it is, whatever its history says", async () => {
    await addDeal("corrected", {
      "2026-02-01T00:00Z": { stage: "Qualification", amount: "5" },
      "2026-01-01T00:00Z": { stage: "Needs Analysis", amount: null },
    });
    expect(await read("valid_until_on, stage, amount", "valid_until IS NULL")).to.deep.equal([
      { valid_until_on: null, stage: "Needs Analysis", amount: null },
    ]);
  });

  it("shows what several changes of one instant come to, once", async () => {
    await db.pool.query(
      `BEGIN;
       INSERT INTO crm.opportunities (name, company_id, close_date) VALUES ('deal', '${company}', '2026-01-01');
       UPDATE crm.opportunities SET amount = 10;
       UPDATE crm.opportunities SET amount = 20, stage = 'Qualification';
       COMMIT`,
    );
    expect(await read("amount, stage, previous_stage")).to.deep.equal([
      { amount: "20.0000", stage: "Qualification", previous_stage: null },
    ]);
  });

  it("says from when on the history of a deal is known", async () => {
    await addRow(db.pool, "opportunities", {
      name: "imported",
      company_id: company,
      stage: "Closed Won",
      close_date: "2026-03-01",
      created_at: "2026-01-01T12:00Z",
      stage_changed_at: "2026-03-01T12:00Z",
    });
    expect(await read("created_on, recorded_from_on, valid_from_on")).to.deep.equal([
      { created_on: "2026-01-01", recorded_from_on: "2026-03-01", valid_from_on: "2026-03-01" },
    ]);
  });

  it("keeps whose deal it was, and names nobody where nobody was or who is gone", async () => {
    await addDeal("deal", {
      "2026-01-01T12:00Z": {},
      "2026-01-02T12:00Z": { owner_user_id: ann },
    });
    await db.pool.query("DELETE FROM crm.users WHERE id = $1", [ann]);
    expect(await read("owner_user_id, owner_name, present_owner_user_id AS present")).to.deep.equal(
      [
        { owner_user_id: NOBODY, owner_name: "(none)", present: NOBODY },
        { owner_user_id: ann, owner_name: "(none)", present: NOBODY },
        { owner_user_id: NOBODY, owner_name: "(none)", present: NOBODY },
      ],
    );
  });

  it("follows every change of what it reads", async () => {
    const deal = await addDeal("deal", {
      "2026-01-01T12:00Z": { amount: "1" },
      "2026-01-02T12:00Z": { amount: "2" },
    });
    await followChanges(db.pool, "pipeline_history", {
      "a new deal": `INSERT INTO crm.opportunities (name, company_id) VALUES ('new', '${company}')`,
      "a changed deal": `UPDATE crm.opportunities SET amount = 3 WHERE id = '${deal}'`,
      "a renamed deal": `UPDATE crm.opportunities SET name = 'other' WHERE id = '${deal}'`,
      "corrected history": `UPDATE crm.opportunity_history SET to_amount = 9 WHERE opportunity_id = '${deal}' AND from_stage IS NULL`,
      "added history": `INSERT INTO crm.opportunity_history (opportunity_id, changed_at, from_stage, to_stage)
        VALUES ('${deal}', '2025-12-01', NULL, 'Prospecting')`,
      "deleted history": `DELETE FROM crm.opportunity_history WHERE changed_at < '2026-01-01'`,
      "another industry": "UPDATE crm.companies SET industry = 'Retail'",
      "a deleted deal": `DELETE FROM crm.opportunities WHERE id = '${deal}'`,
      "a stage redefined":
        "UPDATE crm.opportunity_stages SET default_probability = 0.15 WHERE position = 1",
      "another zone":
        "UPDATE ops.settings SET value = 'Asia/Tokyo' WHERE key = 'business_time_zone'; UPDATE crm.opportunities SET created_at = '2026-01-01T20:00Z'",
      "no history": "TRUNCATE crm.opportunity_history",
    });
  });

  it("reaches one deal's rows by index through the definition", async () => {
    await addManyDeals(db.pool, "amount = 1");
    expect(await scannedForOneKey(db.pool, "pipeline_history")).to.deep.equal([]);
  });

  it("finds some people's rows by index through the view", async () => {
    await db.pool.query(`
      INSERT INTO crm.users (email) SELECT n || '@example.com' FROM generate_series(1, 200) AS n;
      INSERT INTO crm.opportunities (name, company_id, owner_user_id)
      SELECT 'bulk', '${company}', users.id FROM crm.users, generate_series(1, 50)`);
    await refreshMart(db.pool, "pipeline_history");
    const plan = await readRows(
      db.pool,
      `EXPLAIN SELECT sum(amount) FROM reporting.pipeline_history
       WHERE owner_user_id = ANY (ARRAY['${ann}', '${bob}']::uuid[])`,
    );
    const text = plan.map((line) => line["QUERY PLAN"]).join("\n");
    expect(text)
      .to.match(/pipeline_history_owner_idx/)
      .and.not.match(/Seq Scan on pipeline_history|users|companies|products/);
  });
});
