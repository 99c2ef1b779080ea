import { expect } from "chai";
import { refreshMart } from "../../src/marts/refresh.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { expectLeftAlone, followChanges, scannedForOneKey } from "../support/live-marts.ts";
import { readLines, readRows, setTimeZone } from "../support/marts.ts";
import { addPerson, NOBODY } from "../support/people.ts";

const CREATED = "2026-01-31T23:30:00Z";

describe("reporting.lead_conversion", () => {
  let db: TestDatabase;

  beforeEach(async () => {
    db = await createTestDatabase();
    await refreshMart(db.pool, "lead_conversion");
  });
  afterEach(() => db.drop());

  const addLead = (last_name: string, convertedAt?: string, lead: Record<string, unknown> = {}) =>
    addRow(db.pool, "leads", {
      last_name,
      created_at: CREATED,
      ...(convertedAt ? { status: "Converted", converted_at: convertedAt } : {}),
      ...lead,
    });
  const sql = (columns: string) =>
    `SELECT ${columns} FROM reporting.lead_conversion ORDER BY lead_name`;
  const read = (columns: string) => readRows(db.pool, sql(columns));

  it("shows a lead that was converted", async () => {
    const team = await addRow(db.pool, "teams", { name: "East" });
    const ann = await addPerson(db.pool, "Ann", { team_id: team.id });
    const { id } = await addLead("Low", "2026-02-03T11:30:00Z", {
      first_name: "Ada",
      company_name: "Acme",
      industry: "Energy",
      lead_source: "Web",
      owner_user_id: ann,
    });
    expect(await read("*")).to.deep.equal([
      {
        lead_id: id,
        lead_name: "Ada Low",
        owner_user_id: ann,
        owner_name: "Ann",
        team_id: team.id,
        team_name: "East",
        company_name: "Acme",
        industry: "Energy",
        lead_source: "Web",
        status: "Converted",
        created_at: "2026-01-31 23:30:00+00",
        created_on: "2026-01-31",
        is_converted: true,
        converted_at: "2026-02-03 11:30:00+00",
        converted_on: "2026-02-03",
        days_to_convert: "2.5000",
        converted_within_30_days: true,
        converted_within_60_days: true,
        converted_within_90_days: true,
      },
    ]);
  });

  it("leaves open what is not known of a lead that was not converted", async () => {
    await addLead("Low");
    const [row] = await read("*");
    expect(row).to.include({
      owner_user_id: NOBODY,
      owner_name: "(none)",
      team_name: "(none)",
      company_name: "(none)",
      industry: "(none)",
      status: "New",
      is_converted: false,
      converted_at: null,
      converted_on: null,
      days_to_convert: null,
      converted_within_30_days: false,
      converted_within_90_days: false,
    });
  });

  it("cuts off at 30, 60 and 90 days to the second, and keeps times below zero", async () => {
    await addLead("1", "2026-03-02T23:30:00Z");
    await addLead("2", "2026-03-02T23:30:01Z");
    await addLead("3", "2026-04-01T23:30:00Z");
    await addLead("4", "2026-05-01T23:30:00Z");
    await addLead("5", "2026-05-01T23:30:01Z");
    await addLead("6", "2026-01-30T23:30:00Z");
    const columns =
      "days_to_convert, converted_within_30_days, converted_within_60_days, converted_within_90_days";
    expect(await readLines(db.pool, sql(columns))).to.deep.equal([
      "30.0000 true true true",
      "30.0000 false true true",
      "60.0000 false true true",
      "90.0000 false false true",
      "90.0000 false false false",
      "-1.0000 true true true",
    ]);
  });

  it("knows blank and unknown as two sources", async () => {
    for (const [index, lead_source] of [null, "", "  ", "unknown", " Web "].entries())
      await addLead(`${index}`, undefined, { lead_source });
    const rows = await readRows(
      db.pool,
      "SELECT lead_source, count(*)::integer AS leads FROM reporting.lead_conversion GROUP BY 1 ORDER BY 1",
    );
    expect(rows).to.have.deep.members([
      { lead_source: "(none)", leads: 3 },
      { lead_source: "unknown", leads: 1 },
      { lead_source: "Web", leads: 1 },
    ]);
  });

  it("takes days in the business zone", async () => {
    await setTimeZone(db.pool, "Europe/Berlin");
    await addLead("Low", "2026-02-03T23:00:00Z");
    expect(await read("created_on, converted_on, days_to_convert")).to.deep.equal([
      { created_on: "2026-02-01", converted_on: "2026-02-04", days_to_convert: "2.9792" },
    ]);
  });

  it("gives the rate of a cohort, and a median of what there is", async () => {
    await addLead("1", "2026-02-02T23:30:00Z");
    await addLead("2", "2026-03-22T23:30:00Z");
    await addLead("3");
    await addLead("4", undefined, { created_at: "2026-02-01T12:00Z" });
    const rows = await readRows(
      db.pool,
      `SELECT date_trunc('month', created_on)::date AS month, count(*)::integer AS created,
         count(*) FILTER (WHERE is_converted)::integer AS converted,
         count(*) FILTER (WHERE converted_within_30_days)::integer AS within_30,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY days_to_convert) AS median
       FROM reporting.lead_conversion GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).to.deep.equal([
      { month: "2026-01-01", created: 3, converted: 2, within_30: 1, median: 26 },
      { month: "2026-02-01", created: 1, converted: 0, within_30: 0, median: null },
    ]);
  });

  it("follows every change of what it reads", async () => {
    const { id } = await addLead("Low", undefined, { company_name: "Acme" });
    const { id: other } = await addLead("Other");
    await followChanges(db.pool, "lead_conversion", {
      "a new lead": "INSERT INTO crm.leads (last_name) VALUES ('New')",
      "another source": `UPDATE crm.leads SET lead_source = 'Web' WHERE id = '${id}'`,
      "another name": `UPDATE crm.leads SET first_name = 'Ada' WHERE id = '${id}'`,
      "a corrected time": `UPDATE crm.leads SET created_at = '2026-01-01' WHERE id = '${id}'`,
      "another company and industry": `UPDATE crm.leads SET company_name = 'Acme 2', industry = 'x' WHERE id = '${id}'`,
      "a conversion": `SELECT crm.convert_lead('${id}')`,
      "a deleted lead": `DELETE FROM crm.leads WHERE id = '${other}'`,
      "an owner and another key": `INSERT INTO crm.users (email) VALUES ('x@example.com');
        UPDATE crm.leads SET owner_user_id = (SELECT id FROM crm.users), id = gen_random_uuid() WHERE last_name = 'New'`,
      "another zone":
        "UPDATE ops.settings SET value = 'Asia/Tokyo' WHERE key = 'business_time_zone'; UPDATE crm.leads SET created_at = '2026-01-01T20:00Z'",
    });
  });

  it("is left alone by what it does not read", async () => {
    const { id } = await addLead("Low");
    await expectLeftAlone(
      db.pool,
      "lead_conversion",
      `UPDATE crm.leads SET phone = '1', custom_fields = '{}' WHERE id = '${id}'`,
    );
  });

  it("reaches one lead by index through the definition", async () => {
    await db.pool.query(
      "INSERT INTO crm.leads (last_name) SELECT 'bulk' FROM generate_series(1, 5000); ANALYZE crm.leads",
    );
    expect(await scannedForOneKey(db.pool, "lead_conversion")).to.deep.equal([]);
  });
});
