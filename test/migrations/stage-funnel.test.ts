import { expect } from "chai";
import { refreshMart } from "../../src/marts/refresh.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addManyDeals, liveThrough } from "../support/deal-life.ts";
import { followChanges, scannedForOneKey } from "../support/live-marts.ts";
import { readLines, readRows, setTimeZone } from "../support/marts.ts";
import { addPerson, NOBODY } from "../support/people.ts";

const DAY = 86_400;

describe("reporting.stage_funnel", () => {
  let db: TestDatabase;
  let company: string;

  beforeEach(async () => {
    db = await createTestDatabase();
    company = (await addRow(db.pool, "companies", { name: "Acme", industry: " " })).id as string;
    await refreshMart(db.pool, "stage_funnel");
  });
  afterEach(() => db.drop());

  const addDeal = (
    name: string,
    stages: Record<string, string>,
    deal: Record<string, string> = {},
  ) =>
    liveThrough(
      db.pool,
      { name, company_id: company, close_date: "2026-06-30", ...deal },
      Object.fromEntries(
        Object.entries(stages).map(([at, stage]) => [`2026-${at}T12:00Z`, { stage }]),
      ),
    );
  const read = (columns: string, where = "true") =>
    readLines(
      db.pool,
      `SELECT ${columns} FROM reporting.stage_funnel WHERE ${where} ORDER BY opportunity_name, stage_position`,
    );

  it("has a row for each stage that a deal entered, and how long it stayed", async () => {
    await addDeal("deal", {
      "01-01": "Prospecting",
      "01-05": "Qualification",
      "01-15": "Needs Analysis",
    });
    expect(
      await read(
        "stage, reached_on, entry_count, seconds_in_stage::integer / 86400, current_since::date, has_advanced, advanced_at::date",
      ),
    ).to.deep.equal([
      "Prospecting 2026-01-01 1 4  true 2026-01-05",
      "Qualification 2026-01-05 1 10  true 2026-01-15",
      "Needs Analysis 2026-01-15 1  2026-01-15 false ",
    ]);
  });

  it("counts a skipped stage as passed, without a time in it", async () => {
    await addDeal("deal", {
      "01-01": "Qualification",
      "01-11": "Negotiation/Review",
      "01-21": "Closed Won",
    });
    expect(
      await read(
        "stage_position, reached_on, first_entered_at::date, entry_count, seconds_in_stage::integer, has_advanced",
      ),
    ).to.deep.equal([
      "1 2026-01-01  0  true",
      `2 2026-01-01 2026-01-01 1 ${10 * DAY} true`,
      "3 2026-01-11  0  true",
      "4 2026-01-11  0  true",
      "5 2026-01-11  0  true",
      `6 2026-01-11 2026-01-11 1 ${10 * DAY} true`,
      "7 2026-01-21 2026-01-21 1  false",
    ]);
  });

  it("goes on adding up for a deal that was opened again, and counts it once", async () => {
    await addDeal("deal", {
      "01-01": "Negotiation/Review",
      "01-03": "Closed Won",
      "01-10": "Negotiation/Review",
      "01-14": "Qualification",
      "01-15": "Negotiation/Review",
    });
    expect(
      await read(
        "stage, reached_on, entry_count, seconds_in_stage::integer / 86400, current_since::date, has_advanced, status",
        "entry_count > 0",
      ),
    ).to.deep.equal([
      "Qualification 2026-01-01 1 1  true open",
      "Negotiation/Review 2026-01-01 3 6 2026-01-15 true open",
      "Closed Won 2026-01-03 1 7  false open",
    ]);
  });

  it("takes losing for no way forward", async () => {
    await addDeal("deal", {
      "01-01": "Prospecting",
      "01-02": "Qualification",
      "01-04": "Closed Lost",
    });
    expect(await read("stage, stage_outcome, status, entry_count, has_advanced")).to.deep.equal([
      "Prospecting open lost 1 true",
      "Qualification open lost 1 false",
      "Closed Lost lost lost 1 false",
    ]);
  });

  it("gives the conversion of a cohort as metrics define it", async () => {
    await addDeal("a", { "01-01": "Prospecting", "01-05": "Qualification" });
    await addDeal("b", { "01-02": "Prospecting", "01-05": "Closed Lost" });
    await addDeal("c", { "01-03": "Prospecting", "01-05": "Needs Analysis" });
    await addDeal("d", { "02-01": "Prospecting" });
    const rows = await readRows(
      db.pool,
      `SELECT stage, count(*)::integer AS entered, count(*) FILTER (WHERE has_advanced)::integer AS advanced
       FROM reporting.stage_funnel
       WHERE reached_on BETWEEN '2026-01-01' AND '2026-01-31' AND stage_outcome = 'open'
       GROUP BY stage, stage_position ORDER BY stage_position`,
    );
    expect(rows).to.deep.equal([
      { stage: "Prospecting", entered: 3, advanced: 2 },
      { stage: "Qualification", entered: 2, advanced: 1 },
      { stage: "Needs Analysis", entered: 1, advanced: 0 },
    ]);
  });

  it("leaves changes within a stage out of its stays", async () => {
    const deal = await addDeal("deal", { "01-01": "Prospecting" });
    await db.pool.query("UPDATE crm.opportunities SET amount = 5 WHERE id = $1", [deal]);
    expect(await read("entry_count, seconds_in_stage, current_since::date, amount")).to.deep.equal([
      "1  2026-01-01 5.0000",
    ]);
  });

  it("says from when on the history of a deal is known, in the business zone", async () => {
    await setTimeZone(db.pool, "America/New_York");
    await refreshMart(db.pool, "stage_funnel");
    await addRow(db.pool, "opportunities", {
      name: "imported",
      company_id: company,
      stage: "Qualification",
      created_at: "2026-01-01T03:00Z",
      stage_changed_at: "2026-03-01T03:00Z",
    });
    expect(
      await read("created_on, recorded_from_on, reached_on", "stage_position = 1"),
    ).to.deep.equal(["2025-12-31 2026-02-28 2026-02-28"]);
  });

  it("names what is missing", async () => {
    await addDeal("deal", { "01-01": "Prospecting" }, { lead_source: "" });
    const [row] = await readRows(db.pool, "SELECT * FROM reporting.stage_funnel");
    expect(row).to.include({
      owner_user_id: NOBODY,
      owner_name: "(none)",
      team_name: "(none)",
      company_name: "Acme",
      industry: "(none)",
      lead_source: "(none)",
      product_name: "(none)",
      amount: null,
      seconds_in_stage: null,
    });
  });

  it("follows every change of what it reads", async () => {
    const deal = await addDeal("deal", { "01-01": "Prospecting", "01-02": "Qualification" });
    const [ann, bob] = [await addPerson(db.pool, "Ann"), await addPerson(db.pool, "Bob")];
    await followChanges(db.pool, "stage_funnel", {
      "a new deal": `INSERT INTO crm.opportunities (name, company_id) VALUES ('new', '${company}')`,
      "a deal in another stage": `UPDATE crm.opportunities SET stage = 'Proposal/Price Quote' WHERE id = '${deal}'`,
      "a deal that goes back": `UPDATE crm.opportunities SET stage = 'Prospecting' WHERE id = '${deal}'`,
      "a renamed deal": `UPDATE crm.opportunities SET name = 'other' WHERE id = '${deal}'`,
      "a deal that moves": `UPDATE crm.opportunities SET owner_user_id = '${ann}' WHERE id = '${deal}'`,
      "a deal that moves on": `UPDATE crm.opportunities SET owner_user_id = '${bob}' WHERE id = '${deal}'`,
      "an owner who leaves": "DELETE FROM crm.users",
      "corrected history": `UPDATE crm.opportunity_history SET changed_at = '2026-01-03' WHERE to_stage = 'Qualification'`,
      "added history": `INSERT INTO crm.opportunity_history (opportunity_id, changed_at, from_stage, to_stage)
        VALUES ('${deal}', '2026-01-04', 'Qualification', 'Needs Analysis')`,
      "deleted history": "DELETE FROM crm.opportunity_history WHERE to_stage = 'Needs Analysis'",
      "another industry": "UPDATE crm.companies SET industry = 'Retail'",
      "a deleted deal": `DELETE FROM crm.opportunities WHERE id = '${deal}'`,
      "stages in another order":
        "UPDATE crm.opportunity_stages SET position = 10 WHERE position = 1",
    });
  });

  it("reaches one deal's rows by index through the definition", async () => {
    await addManyDeals(db.pool, "stage = 'Qualification'");
    expect(await scannedForOneKey(db.pool, "stage_funnel")).to.deep.equal([]);
  });
});
