import { expect } from "chai";
import { refreshMart } from "../../src/marts/refresh.ts";
import { CaseDesk } from "../support/case-desk.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { followChanges, scannedForOneKey } from "../support/live-marts.ts";
import { readLines, readRows, setTimeZone } from "../support/marts.ts";
import { NOBODY } from "../support/people.ts";

describe("reporting.case_open_times", () => {
  let db: TestDatabase;
  let desk: CaseDesk;

  beforeEach(async () => {
    db = await createTestDatabase();
    desk = await CaseDesk.open(db.pool);
    await refreshMart(db.pool, "case_open_times");
  });
  afterEach(() => db.drop());

  const read = () =>
    readLines(
      db.pool,
      `SELECT open_from_on, open_until_on, is_reopening FROM reporting.case_open_times
       ORDER BY case_number, open_from`,
    );
  const backlog = async (day: string) =>
    (
      await readRows(
        db.pool,
        `SELECT count(*)::integer FROM reporting.case_open_times
         WHERE open_from_on <= $1 AND (open_until_on > $1 OR open_until_on IS NULL)`,
        [`2026-01-${day}`],
      )
    )[0].count;

  it("has a row for each time that a case was open, whatever else it was meanwhile", async () => {
    await desk.add(
      {},
      {
        "01-01T10:00": "New",
        "01-02T10:00": "Open",
        "01-03T10:00": "Resolved",
        "01-04T10:00": "Closed",
        "01-06T10:00": "Open",
        "01-08T10:00": "Closed",
        "01-10T10:00": "Pending",
      },
    );
    expect(await read()).to.deep.equal([
      "2026-01-01 2026-01-03 false",
      "2026-01-06 2026-01-08 true",
      "2026-01-10  true",
    ]);
  });

  it("gives the backlog at the end of any day, which is not created less closed", async () => {
    await desk.add({}, { "01-02T10:00": "New", "01-04T10:00": "Resolved", "01-06T10:00": "Open" });
    await desk.add({}, { "01-03T10:00": "New", "01-03T12:00": "Resolved" });
    await desk.add({}, { "01-03T10:00": "New", "01-05T23:59": "Closed" });
    const days = [];
    for (const day of ["01", "02", "03", "04", "05", "06"]) days.push(await backlog(day));
    expect(days).to.deep.equal([0, 1, 2, 1, 0, 1]);
  });

  it("ends the day in the business zone", async () => {
    await setTimeZone(db.pool, "America/New_York");
    await desk.add({}, { "01-03T04:59": "New", "01-04T05:00": "Resolved" });
    expect(await read()).to.deep.equal(["2026-01-02 2026-01-04 false"]);
    expect([
      await backlog("01"),
      await backlog("02"),
      await backlog("03"),
      await backlog("04"),
    ]).to.deep.equal([0, 1, 1, 0]);
  });

  it("takes a case for open from its creation, also where its first status came later", async () => {
    await desk.add({ created_at: "2026-01-01T10:00Z" }, { "01-05T10:00": "Closed" });
    await desk.add({ created_at: "2026-01-01T10:00Z" }, { "01-05T10:00": "Open" });
    expect(await read()).to.deep.equal(["2026-01-01 2026-01-05 false", "2026-01-01  false"]);
  });

  it("has no row for a case that was never open", async () => {
    await desk.add({}, { "01-01T10:00": "Closed" });
    await desk.add({ created_at: "2026-01-09T10:00Z" }, { "01-05T10:00": "Closed" });
    expect(await read()).to.deep.equal([]);
  });

  it("lets the case say whether it is open now, where its events are out of order", async () => {
    await desk.add({}, { "01-05T10:00": "New", "01-09T10:00": "Resolved", "01-07T10:00": "Open" });
    expect(await read()).to.deep.equal(["2026-01-05  false"]);
  });

  it("names what describes the case, and what is missing", async () => {
    await desk.add({ case_number: "5", priority: "High" }, { "01-05T10:00": "New" });
    const [row] = await readRows(db.pool, "SELECT * FROM reporting.case_open_times");
    expect(row).to.include({
      case_number: "5",
      open_from: "2026-01-05 10:00:00+00",
      open_until: null,
      owner_user_id: NOBODY,
      owner_name: "(none)",
      team_name: "(none)",
      company_name: "(none)",
      industry: "(none)",
      priority: "High",
      priority_position: 3,
    });
  });

  it("follows every change of what it reads", async () => {
    const company = await addRow(db.pool, "companies", { name: "Acme" });
    const id = await desk.add(
      { company_id: company.id },
      { "01-01T00:00": "New", "01-02T00:00": "Resolved" },
    );
    await followChanges(db.pool, "case_open_times", {
      "a new case": "INSERT INTO crm.cases (subject) VALUES ('new')",
      "a case opened again": `UPDATE crm.cases SET status = 'Open' WHERE id = '${id}'`,
      "a case closed": `UPDATE crm.cases SET status = 'Closed' WHERE id = '${id}'`,
      "a corrected time":
        "UPDATE crm.case_events SET happened_at = '2026-01-03' WHERE to_status = 'Resolved'",
      "added history": `INSERT INTO crm.case_events (case_id, event_type, happened_at, to_status)
        VALUES ('${id}', 'Status Change', '2026-01-02', 'Closed')`,
      "deleted history": "DELETE FROM crm.case_events WHERE happened_at = '2026-01-02'",
      "another industry": "UPDATE crm.companies SET industry = 'Retail'",
      "another priority and owner": `UPDATE crm.cases SET priority = 'Low', owner_user_id = '${desk.agent}'`,
      "a deleted company": "DELETE FROM crm.companies",
      "a deleted case": `DELETE FROM crm.cases WHERE id = '${id}'`,
      "another zone":
        "UPDATE ops.settings SET value = 'Asia/Tokyo' WHERE key = 'business_time_zone'; UPDATE crm.case_events SET happened_at = '2026-01-01T20:00Z'",
    });
  });

  it("reaches one case's rows by index through the definition", async () => {
    await desk.addMany(5000);
    expect(await scannedForOneKey(db.pool, "case_open_times")).to.deep.equal([]);
  });
});
