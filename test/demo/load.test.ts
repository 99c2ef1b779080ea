import { expect } from "chai";
import { demoPeople } from "../../src/access/demo-people.ts";
import { isEmpty, loadDemo } from "../../src/demo/load.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { readRows, refreshMarts } from "../support/marts.ts";
import { failureOf, rejection } from "../support/refusal.ts";
import { checksums, shapeOf } from "./checksums.ts";

const options = { scale: 0.05, seed: 5, today: "2026-05-20" };

describe("demo data", () => {
  const databases: TestDatabase[] = [];
  const create = async (...settings: string[]) => {
    const db = await createTestDatabase();
    databases.push(db);
    const { rows } = await db.pool.query("SELECT current_database() AS name");
    for (const setting of settings)
      await db.pool.query(`ALTER DATABASE ${rows[0].name} SET ${setting}`);
    // Sessions take such settings when they begin.
    await db.pool.query("SELECT pg_terminate_backend(pg_backend_pid())").catch(() => {});
    return db.pool;
  };
  const first = () => {
    if (!databases[0]) throw new Error("the first test makes this database");
    return databases[0].pool;
  };
  after(() => Promise.all(databases.map((db) => db.drop())));

  it("is the same for the same scale, seed and day, however the server plans", async () => {
    const pool = await create();
    await loadDemo(pool, options);
    const expected = await checksums(pool);
    expect(expected.opportunities).to.match(/^250 rows/);
    const people = await demoPeople(pool);
    expect(people.map(({ key }) => key)).to.deep.equal([
      "director",
      "manager",
      "rep",
      "finance",
      "support",
    ]);

    const other = await create("enable_hashjoin = off", "enable_hashagg = off");
    await loadDemo(other, options);
    expect(await checksums(other)).to.deep.equal(expected);
  });

  it("is another company for another seed", async () => {
    const pool = await create();
    await loadDemo(pool, { ...options, seed: 6 });
    const [one, another] = await Promise.all([checksums(first()), checksums(pool)]);
    for (const table of ["users", "companies", "opportunities", "conversation_signals", "cases"])
      expect(another[table], table).not.to.equal(one[table]);
  });

  it("leaves tables, indexes, keys and triggers as it found them", async () => {
    const untouched = await create();
    expect(await shapeOf(first())).to.deep.equal(await shapeOf(untouched));
    const { rows } = await first().query("SELECT to_regnamespace('demo') AS scratch");
    expect(rows[0].scratch).to.equal(null);
  });

  it("writes no change down row by row, and is in the reports at once all the same", async () => {
    const pool = await create();
    await refreshMarts(pool);
    await loadDemo(pool, options);
    const { rows: logs } = await pool.query(
      "SELECT log::text FROM mart.captured_tables WHERE log IS NOT NULL",
    );
    expect(logs.length).to.be.greaterThan(3);
    for (const { log } of logs)
      expect((await pool.query(`SELECT FROM ${log} LIMIT 1`)).rowCount, log).to.equal(0);
    const deals = await readRows(pool, "SELECT count(*) FROM reporting.sales_dashboard");
    expect(deals).to.deep.equal([{ count: "250" }]);
    await refreshMarts(pool);
    expect(
      (await pool.query("SELECT FROM mart.live_marts WHERE mart.is_reset(mart)")).rowCount,
    ).to.equal(0);
  });

  it("leaves statistics for every table with rows", async () => {
    const { rows } = await first().query(
      `SELECT relname FROM pg_class
       WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND reltuples <= 0
       ORDER BY relname`,
    );
    expect(rows.map(({ relname }) => relname)).to.deep.equal(["annotations", "contact_secrets"]);
  });

  it("refuses a database that holds data, and says what to do", async () => {
    const pool = first();
    const before = await checksums(pool);
    const failure = await failureOf(loadDemo(pool, options));
    expect(failure.code).to.equal("not_empty");
    expect(failure.message).to.match(/fresh database/);
    expect(await checksums(pool)).to.deep.equal(before);
  });

  it("refuses data of any kind, but not people who sign in", async () => {
    const pool = await create();
    await pool.query("INSERT INTO crm.users (email) VALUES ('admin@tidemark.example')");
    expect(await isEmpty(pool)).to.equal(true);
    await pool.query("INSERT INTO crm.leads (last_name) VALUES ('Somebody')");
    expect(await isEmpty(pool)).to.equal(false);
    expect((await failureOf(loadDemo(pool, options))).code).to.equal("not_empty");
  });

  it("leaves nothing when it is interrupted, and can be loaded then", async () => {
    const pool = await create();
    const steps: string[] = [];
    const interrupted = loadDemo(pool, {
      ...options,
      onStep: (step) => {
        steps.push(step);
        if (step !== "signals") return;
        // The session dies while it works, as it does when the process is killed.
        void pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`,
        );
      },
    });
    await rejection(interrupted);
    expect(steps).to.include("conversations").and.not.to.include("vacuum");
    expect(await isEmpty(pool)).to.equal(true);
    expect((await pool.query("SELECT FROM crm.users")).rowCount).to.equal(0);

    await loadDemo(pool, options);
    expect(await checksums(pool)).to.deep.equal(await checksums(first()));
  });

  it("ends where the business day of another zone begins", async () => {
    const pool = await create();
    await pool.query(
      "UPDATE ops.settings SET value = 'Asia/Tokyo' WHERE key = 'business_time_zone'",
    );
    await loadDemo(pool, options);
    const { rows } = await pool.query(
      `SELECT
         max(changed_at) < '2026-05-20 00:00 Asia/Tokyo' AND max(changed_at) > '2026-05-16 00:00 Asia/Tokyo' AS ends,
         bool_and(to_close_date = (changed_at AT TIME ZONE 'Asia/Tokyo')::date)
           FILTER (WHERE to_stage IN ('Closed Won', 'Closed Lost') AND from_stage <> to_stage) AS agree
       FROM crm.opportunity_history`,
    );
    expect(rows).to.deep.equal([{ ends: true, agree: true }]);
  });
});
