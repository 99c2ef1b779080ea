import { expect } from "chai";
import { refreshMart } from "../../src/marts/refresh.ts";
import { CaseDesk } from "../support/case-desk.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { expectLeftAlone, followChanges, scannedForOneKey } from "../support/live-marts.ts";
import { readLines, readRows, setTimeZone } from "../support/marts.ts";
import { addPerson, NOBODY } from "../support/people.ts";

describe("reporting.support_cases", () => {
  let db: TestDatabase;
  let desk: CaseDesk;

  beforeEach(async () => {
    db = await createTestDatabase();
    desk = await CaseDesk.open(db.pool);
    await refreshMart(db.pool, "support_cases");
  });
  afterEach(() => db.drop());

  const sql = (columns: string) =>
    `SELECT ${columns} FROM reporting.support_cases ORDER BY case_number`;
  const read = (columns: string) => readRows(db.pool, sql(columns));

  it("shows a case that was answered and resolved", async () => {
    const company = await addRow(db.pool, "companies", { name: "Acme", industry: "Energy" });
    const id = await desk.add(
      {
        case_number: "7",
        subject: "Broken",
        priority: "Urgent",
        company_id: company.id,
        owner_user_id: desk.agent,
      },
      { "01-05T22:00": "New", "01-06T02:00": "Resolved", "01-08T22:00": "Closed" },
    );
    await desk.reply(id, "01-05T22:30");
    expect(await read("*")).to.deep.equal([
      {
        case_id: id,
        case_number: "7",
        subject: "Broken",
        owner_user_id: desk.agent,
        owner_name: "Ann",
        team_id: null,
        team_name: "(none)",
        company_id: company.id,
        company_name: "Acme",
        industry: "Energy",
        priority: "Urgent",
        priority_position: 4,
        status: "Closed",
        is_open: false,
        opened_at: "2026-01-05 22:00:00+00",
        opened_on: "2026-01-05",
        first_reply_at: "2026-01-05 22:30:00+00",
        first_reply_on: "2026-01-05",
        seconds_to_first_reply: "1800.000000",
        first_resolved_at: "2026-01-06 02:00:00+00",
        first_resolved_on: "2026-01-06",
        seconds_to_first_resolution: "14400.000000",
        last_resolved_at: "2026-01-06 02:00:00+00",
        last_resolved_on: "2026-01-06",
        seconds_to_last_resolution: "14400.000000",
        reopen_count: "0",
      },
    ]);
  });

  it("takes the first public reply of one of ours, and neither notes nor what the customer writes", async () => {
    const id = await desk.add({}, { "01-05T10:00": "New" });
    await desk.reply(id, "01-05T10:05", { actor_user_id: null });
    await desk.reply(id, "01-05T10:10", { event_type: "Internal Note" });
    await desk.reply(id, "01-05T12:00");
    await desk.reply(id, "01-05T11:00");
    expect(await read("first_reply_at, seconds_to_first_reply")).to.deep.equal([
      { first_reply_at: "2026-01-05 11:00:00+00", seconds_to_first_reply: "3600.000000" },
    ]);
  });

  it("leaves open what has not happened", async () => {
    await desk.add({}, { "01-05T10:00": "New" });
    const [row] = await read("*");
    expect(row).to.include({
      owner_user_id: NOBODY,
      owner_name: "(none)",
      company_id: null,
      company_name: "(none)",
      industry: "(none)",
      is_open: true,
      first_reply_at: null,
      first_reply_on: null,
      seconds_to_first_reply: null,
      first_resolved_at: null,
      seconds_to_first_resolution: null,
      last_resolved_at: null,
      seconds_to_last_resolution: null,
      reopen_count: null,
    });
  });

  it("tells the first resolution from the last, and counts the times between", async () => {
    await desk.add(
      {},
      {
        "01-01T00:00": "New",
        "01-02T00:00": "Resolved",
        "01-03T00:00": "Open",
        "01-04T00:00": "Resolved",
        "01-05T00:00": "Pending",
        "01-06T00:00": "Resolved",
        "01-07T00:00": "Closed",
      },
    );
    await desk.add({}, { "01-01T00:00": "New", "01-02T00:00": "Resolved", "01-03T00:00": "Open" });
    await desk.add({}, { "01-01T00:00": "New", "01-02T00:00": "Closed" });
    const columns = "first_resolved_on, last_resolved_on, reopen_count, is_open";
    expect(await readLines(db.pool, sql(columns))).to.deep.equal([
      "2026-01-02 2026-01-06 2 false",
      "2026-01-02 2026-01-02 0 true",
      "   false",
    ]);
  });

  it("keeps times below zero, which are findings about the data", async () => {
    const id = await desk.add(
      { created_at: "2026-01-02Z" },
      { "01-01T00:00": "New", "01-01T12:00": "Resolved" },
    );
    await desk.reply(id, "01-01T06:00");
    expect(await read("seconds_to_first_reply, seconds_to_first_resolution")).to.deep.equal([
      { seconds_to_first_reply: "-64800.000000", seconds_to_first_resolution: "-43200.000000" },
    ]);
  });

  it("takes days in the business zone", async () => {
    await setTimeZone(db.pool, "America/New_York");
    const id = await desk.add({}, { "01-05T04:59": "New", "01-06T04:59": "Resolved" });
    await desk.reply(id, "01-05T05:00");
    expect(await read("opened_on, first_reply_on, first_resolved_on")).to.deep.equal([
      { opened_on: "2026-01-04", first_reply_on: "2026-01-05", first_resolved_on: "2026-01-05" },
    ]);
  });

  it("gives median and 90th percentile of the answered, and counts the others", async () => {
    for (const minutes of [10, 20, 30, 40, 50]) {
      const id = await desk.add({}, { "01-05T10:00": "New" });
      await desk.reply(id, `01-05T10:${minutes}`);
    }
    await desk.add({}, { "01-05T10:00": "New" });
    const [row] = await readRows(
      db.pool,
      `SELECT count(*)::integer AS cases, count(seconds_to_first_reply)::integer AS answered,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_first_reply) AS median,
         percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds_to_first_reply) AS p90
       FROM reporting.support_cases`,
    );
    expect(row).to.deep.equal({ cases: 6, answered: 5, median: 1800, p90: 2760 });
  });

  it("follows every change of what it reads", async () => {
    const company = await addRow(db.pool, "companies", { name: "Acme" });
    const id = await desk.add(
      { company_id: company.id },
      { "01-01T00:00": "New", "01-02T00:00": "Resolved" },
    );
    await desk.reply(id, "01-01T06:00");
    const bob = await addPerson(db.pool, "Bob");
    await followChanges(db.pool, "support_cases", {
      "a new case": "INSERT INTO crm.cases (subject) VALUES ('new')",
      "a reply": `INSERT INTO crm.case_events (case_id, event_type, happened_at, actor_user_id)
        VALUES ('${id}', 'Public Reply', '2026-01-01T01:00Z', '${desk.agent}')`,
      "a reply taken for a note":
        "UPDATE crm.case_events SET event_type = 'Internal Note' WHERE happened_at = '2026-01-01T01:00Z'",
      "a corrected time":
        "UPDATE crm.case_events SET happened_at = '2026-01-03' WHERE to_status = 'Resolved'",
      "a case that moves": `UPDATE crm.cases SET owner_user_id = '${desk.agent}' WHERE id = '${id}'`,
      "a case that moves on": `UPDATE crm.cases SET owner_user_id = '${bob}' WHERE id = '${id}'`,
      "a reply by nobody, and a case of nobody": "DELETE FROM crm.users",
      "no replies":
        "DELETE FROM crm.case_events WHERE event_type <> 'Status Change'; UPDATE crm.cases SET priority = 'High'",
      "a case opened again": `UPDATE crm.cases SET status = 'Open' WHERE id = '${id}'`,
      "another industry": "UPDATE crm.companies SET industry = 'Retail'",
      "a deleted company": "DELETE FROM crm.companies",
      "a deleted case": `DELETE FROM crm.cases WHERE id = '${id}'`,
      "another zone":
        "UPDATE ops.settings SET value = 'Asia/Tokyo' WHERE key = 'business_time_zone'; UPDATE crm.cases SET created_at = '2026-01-01T20:00Z'",
    });
  });

  it("is left alone by what it does not read", async () => {
    const id = await desk.add({}, { "01-05T10:00": "New" });
    await desk.reply(id, "01-05T11:00");
    await expectLeftAlone(
      db.pool,
      "support_cases",
      "UPDATE crm.case_events SET body = 'x'; UPDATE crm.cases SET description = 'x'",
    );
  });

  it("reaches one case by index through the definition", async () => {
    await desk.addMany(5000);
    expect(await scannedForOneKey(db.pool, "support_cases")).to.deep.equal([]);
  });
});
