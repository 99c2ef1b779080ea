import { expect } from "chai";
import { connect } from "../../src/db/connect.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { readRows, refreshMarts, setTimeZone } from "../support/marts.ts";
import { addPerson, NOBODY } from "../support/people.ts";

describe("reporting.rep_daily_activities", () => {
  let db: TestDatabase;
  beforeEach(async () => {
    db = await createTestDatabase();
    await db.pool.query("SELECT crm.ensure_activity_partitions('2026-01-01', '2026-12-01')");
  });
  afterEach(() => db.drop());

  const addRep = (name: string) => addPerson(db.pool, name);
  const add = (owner: string | null, at: string, more = {}) =>
    addRow(db.pool, "activities", {
      activity_type: "Call",
      activity_date: at,
      completed_at: at,
      owner_user_id: owner,
      created_at: at,
      ...more,
    });
  const days = (columns: string) =>
    readRows(
      db.pool,
      `SELECT ${columns} FROM reporting.rep_daily_activities ORDER BY owner_name, activity_on, activity_type`,
    );
  /** From the materialized view, and then from the layers over it, as they must be the same. */
  const bothWays = async (columns: string, change: () => Promise<unknown>) => {
    await refreshMarts(db.pool);
    await change();
    const live = await days(columns);
    await refreshMarts(db.pool);
    expect(await days(columns)).to.deep.equal(live);
    return live;
  };

  it("counts what each rep did on a day, by type, and what is planned", async () => {
    const found = await bothWays(
      `owner_name, activity_on, week_on, iso_year, iso_week, activity_type, completed_count, planned_count,
       first_activity_at, last_activity_at`,
      async () => {
        const ada = await addRep("Ada");
        await add(ada, "2026-03-04T09:00Z");
        await add(ada, "2026-03-04T11:00Z", { completed_at: "2026-03-06T08:00Z" });
        await add(ada, "2026-03-04T12:00Z", { completed_at: null });
        await add(ada, "2026-03-04T10:00Z", { activity_type: "Task", completed_at: null });
      },
    );
    const day = {
      owner_name: "Ada",
      activity_on: "2026-03-04",
      week_on: "2026-03-02",
      iso_year: 2026,
      iso_week: 10,
    };
    expect(found).to.deep.equal([
      {
        ...day,
        activity_type: "Call",
        completed_count: "2",
        planned_count: "1",
        first_activity_at: "2026-03-04 09:00:00+00",
        last_activity_at: "2026-03-04 11:00:00+00",
      },
      {
        ...day,
        activity_type: "Task",
        completed_count: "0",
        planned_count: "1",
        first_activity_at: null,
        last_activity_at: null,
      },
    ]);
  });

  it("makes one row of what was written down in different months", async () => {
    const found = await bothWays("activity_on, completed_count, first_activity_at", async () => {
      const ada = await addRep("Ada");
      await add(ada, "2026-03-04T09:00Z", { created_at: "2026-01-10Z" });
      await add(ada, "2026-03-04T08:00Z", { created_at: "2026-02-10Z" });
      await add(ada, "2026-03-04T10:00Z");
    });
    expect(found).to.deep.equal([
      {
        activity_on: "2026-03-04",
        completed_count: "3",
        first_activity_at: "2026-03-04 08:00:00+00",
      },
    ]);
  });

  it("keeps activities that nobody owns", async () => {
    const found = await bothWays("owner_user_id, owner_name, team_name, completed_count", () =>
      add(null, "2026-03-04T10:00Z"),
    );
    expect(found).to.deep.equal([
      { owner_user_id: NOBODY, owner_name: "(none)", team_name: "(none)", completed_count: "1" },
    ]);
  });

  it("begins days in the business zone, also at a midnight that strikes twice or not at all", async () => {
    // On the Azores clocks go from 0:00 to 1:00 on 29 March 2026, and from 1:00 back to 0:00 on 25 October.
    await setTimeZone(db.pool, "Atlantic/Azores");
    const found = await bothWays("activity_on, completed_count", async () => {
      const ada = await addRep("Ada");
      await add(ada, "2026-03-29T00:59Z");
      for (const minute of ["00", "30"]) await add(ada, `2026-03-29T01:${minute}Z`);
      await add(ada, "2026-10-24T23:59Z");
      for (const hour of ["00", "01", "02"]) await add(ada, `2026-10-25T${hour}:30Z`);
    });
    expect(found).to.deep.equal([
      { activity_on: "2026-03-28", completed_count: "1" },
      { activity_on: "2026-03-29", completed_count: "2" },
      { activity_on: "2026-10-24", completed_count: "1" },
      { activity_on: "2026-10-25", completed_count: "3" },
    ]);
  });

  it("computes a day from one partition, by index", async () => {
    const rep = await addRep("Ada");
    await db.pool.query(
      `INSERT INTO crm.activities (activity_type, activity_date, owner_user_id, created_at)
       SELECT 'Call', at, CASE WHEN n % 2 = 0 THEN $1::uuid END, at
       FROM generate_series(0, 7999) AS n
       CROSS JOIN LATERAL (SELECT '2026-01-01Z'::timestamptz + n * interval '1 hour' AS at) AS hours`,
      [rep],
    );
    await db.pool.query("ANALYZE crm.activities");
    // A session of its own counts nothing else.
    const client = await connect(db.url, "test");
    await client.query("BEGIN");
    for (const owner of [rep, NOBODY]) {
      const { rows } = await client.query(
        "SELECT planned_count FROM mart.rep_daily_activities_of($1, '2026-03-04', '2026-03-01')",
        [owner],
      );
      expect(rows).to.deep.equal([{ planned_count: "12" }]);
    }
    const { rows } = await client.query(`
      SELECT relname, seq_scan, idx_tup_fetch < 50 AS few FROM pg_stat_xact_user_tables
      WHERE schemaname = 'crm' AND relname LIKE 'activities%' AND (seq_scan > 0 OR idx_scan > 0)`);
    await client.end();
    expect(rows).to.deep.equal([{ relname: "activities_y2026m03", seq_scan: "0", few: true }]);
  });
});
