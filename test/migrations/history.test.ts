import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

describe("history written by trigger", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
    await db.pool.query(
      "INSERT INTO crm.companies (id, name) VALUES ('00000000-0000-0000-0000-00000000000c', 'C')",
    );
  });
  after(() => db.drop());

  const history = async (external: string) =>
    (
      await db.pool.query(
        `SELECT from_stage, to_stage, to_amount, to_close_date, changed_at, changed_by_user_id
         FROM crm.opportunity_history JOIN crm.opportunities ON opportunities.id = opportunity_id
         WHERE external_id = $1 ORDER BY opportunity_history.id`,
        [external],
      )
    ).rows;

  it("keeps each change of a deal, with the time that the change names", async () => {
    await db.pool.query(
      `INSERT INTO crm.opportunities (name, company_id, external_id, amount, stage, created_at, stage_changed_at)
       VALUES ('D', '00000000-0000-0000-0000-00000000000c', 'd', 100, 'Qualification', '2025-01-05', '2025-01-05')`,
    );
    await db.pool.query("UPDATE crm.opportunities SET amount = 250 WHERE external_id = 'd'");
    await db.pool.query(
      `UPDATE crm.opportunities SET stage = 'Closed Won', close_date = '2025-03-01', stage_changed_at = '2025-03-01 12:00Z'
       WHERE external_id = 'd'`,
    );
    const rows = await history("d");
    expect(
      rows.map(({ from_stage, to_stage, to_amount }) => [from_stage, to_stage, to_amount]),
    ).to.deep.equal([
      [null, "Qualification", "100.0000"],
      ["Qualification", "Qualification", "250.0000"],
      ["Qualification", "Closed Won", "250.0000"],
    ]);
    expect(rows[0].changed_at).to.match(/^2025-01-05 00:00:00/);
    expect(rows[2].changed_at).to.match(/^2025-03-01 12:00:00/);
  });

  it("writes nothing for a change that history does not follow", async () => {
    const before = (await history("d")).length;
    await db.pool.query(
      "UPDATE crm.opportunities SET description = 'x', amount = amount WHERE external_id = 'd'",
    );
    expect(await history("d")).to.have.length(before);
  });

  it("stamps now when a stage changes without a time, and names who did it", async () => {
    const client = await db.pool.connect();
    await client.query("BEGIN");
    await client.query(
      "SELECT set_config('tidemark.user_id', '00000000-0000-0000-0000-0000000000aa', true)",
    );
    await client.query(
      "UPDATE crm.opportunities SET stage = 'Negotiation/Review' WHERE external_id = 'd'",
    );
    const { rows } = await client.query("SELECT now() AS now");
    await client.query("COMMIT");
    client.release();
    const last = (await history("d")).at(-1);
    expect(last.changed_at).to.equal(rows[0].now);
    expect(last.changed_by_user_id).to.equal("00000000-0000-0000-0000-0000000000aa");
    await db.pool.query("UPDATE crm.opportunities SET amount = 1 WHERE external_id = 'd'");
    expect((await history("d")).at(-1).changed_by_user_id).to.equal(null);
  });

  it("writes one row for each deal that a bulk load touches", async () => {
    await db.pool.query(
      `INSERT INTO crm.opportunities (name, company_id, source, external_id)
       SELECT 'bulk', '00000000-0000-0000-0000-00000000000c', 'bulk', n FROM generate_series(1, 500) AS n
       ON CONFLICT (source, external_id) DO UPDATE SET stage = 'Qualification'`,
    );
    await db.pool.query(
      "UPDATE crm.opportunities SET stage = 'Qualification' WHERE source = 'bulk'",
    );
    const { rows } = await db.pool.query(
      `SELECT count(*) FROM crm.opportunity_history JOIN crm.opportunities ON opportunities.id = opportunity_id
       WHERE source = 'bulk'`,
    );
    expect(rows[0].count).to.equal("1000");
  });

  it("keeps each status of a case", async () => {
    await db.pool.query("INSERT INTO crm.cases (subject, external_id) VALUES ('Broken', 'k')");
    await db.pool.query(
      "UPDATE crm.cases SET status = 'Resolved', status_changed_at = '2026-01-01Z' WHERE external_id = 'k'",
    );
    await db.pool.query("UPDATE crm.cases SET status = 'Open' WHERE external_id = 'k'");
    await db.pool.query("UPDATE crm.cases SET priority = 'High' WHERE external_id = 'k'");
    const { rows } = await db.pool.query(
      "SELECT from_status, to_status FROM crm.case_events ORDER BY id",
    );
    expect(rows).to.deep.equal([
      { from_status: null, to_status: "New" },
      { from_status: "New", to_status: "Resolved" },
      { from_status: "Resolved", to_status: "Open" },
    ]);
  });
});
