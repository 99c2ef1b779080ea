import { expect } from "chai";
import type pg from "pg";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { openSession } from "./support/session.ts";
import { addWorld } from "./support/world.ts";

/** Times the small business of the other tests. */
const SIZE = 20;

/** Rows that this transaction read from each core table so far, whatever for; tables of few rows are read as it pleases. */
const ROWS_READ = `
  SELECT relname AS table, (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::integer AS rows
  FROM pg_stat_xact_user_tables
  WHERE schemaname = 'crm' AND relname <> 'opportunity_stages'`;

/** Changes, each of a row or two. */
const CHANGES: Record<string, string> = {
  "a score": "UPDATE crm.conversation_signals SET signal_value = 0.75 WHERE call_id = 'call 7'",
  "a call that moves":
    "UPDATE crm.conversations SET started_at = started_at + interval '7 days' WHERE call_id = 'call 8'",
  "a deal": "UPDATE crm.opportunities SET amount = 9 WHERE id = md5('deal 9')::uuid",
  "a deal that moves":
    "UPDATE crm.opportunities SET owner_user_id = md5('rep 1')::uuid, company_id = md5('company 2')::uuid WHERE id = md5('deal 10')::uuid",
  "a company": "UPDATE crm.companies SET industry = 'Other' WHERE id = md5('company 11')::uuid",
  "an activity":
    "UPDATE crm.activities SET completed_at = activity_date WHERE subject = 'Activity 12'",
  "a lead that moves":
    "UPDATE crm.leads SET owner_user_id = md5('rep 1')::uuid WHERE last_name = 'Lead 13'",
  "a case that moves":
    "UPDATE crm.cases SET owner_user_id = md5('rep 1')::uuid WHERE subject = 'Case 14'",
  "an event of a case":
    "UPDATE crm.case_events SET happened_at = '2026-09-02' WHERE case_id = (SELECT id FROM crm.cases WHERE subject = 'Case 15')",
};

describe("a fold, and a read of what is not folded", () => {
  let db: TestDatabase;
  let marts: string[];

  before(async () => {
    db = await createTestDatabase();
    await addWorld(db.pool, SIZE);
    await refreshMarts(db.pool);
    await db.pool.query("ANALYZE");
    marts = (await db.pool.query("SELECT mart FROM mart.live_marts ORDER BY mart")).rows.map(
      ({ mart }) => mart,
    );
  });
  after(() => db.drop());

  const totals = async (read: pg.Pool) =>
    Object.fromEntries(
      (
        await read.query(
          "SELECT relname, reltuples::integer FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'p')",
        )
      ).rows.map(({ relname, reltuples }) => [relname, reltuples as number]),
    );

  for (const [what, change] of Object.entries(CHANGES)) {
    it(`reads few rows after a change of ${what}`, async () => {
      // In a session that is not used again: what it read would be counted.
      const writer = await openSession(db.pool);
      await writer.run(change);
      await writer.close();
      const rowsIn = await totals(db.pool);
      const tooMany: string[] = [];
      let read = 0;
      for (const mart of marts) {
        const session = await openSession(db.pool);
        for (const how of ["read", "fold"]) {
          if (how === "fold") await session.beginFold(mart);
          else await session.run(`BEGIN; SELECT count(*) FROM mart.${mart}_live`);
          const { rows } = await session.run(ROWS_READ);
          for (const { table, rows: count } of rows) {
            read += count;
            // A rep has some dozens of calls in a week, and a company a few deals.
            if (rowsIn[table]! >= 400 && count > rowsIn[table]! / 5) {
              tooMany.push(`${how} of ${mart}: ${count} of ${rowsIn[table]} rows of ${table}`);
            }
          }
          if (how === "fold") await session.endFold(mart);
          else await session.run("COMMIT");
        }
        await session.close();
      }
      expect(tooMany).to.deep.equal([]);
      if (what !== "an activity") expect(read).to.be.above(0);
    });
  }

  it("would be seen reading a table whole", async () => {
    const session = await openSession(db.pool);
    await session.run("BEGIN");
    await session.run("SELECT count(*) FROM mart.sales_dashboard_definition");
    const { rows } = await session.run(ROWS_READ);
    await session.close();
    expect(rows.find(({ table }) => table === "opportunities")?.rows).to.be.above(1000);
  });
});
