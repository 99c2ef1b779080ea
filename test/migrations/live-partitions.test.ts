import { expect } from "chai";
import { from as copyFrom } from "pg-copy-streams";
import { foldMart } from "../../src/marts/fold.ts";
import { refreshMart } from "../../src/marts/refresh.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { setTimeZone } from "../support/marts.ts";
import { waitUntil } from "../support/wait.ts";

const MART = "rep_daily_activities";

/** Whatever happens to a partitioned table or to one of its partitions, the next read shows it. */
describe("a live mart over partitions", () => {
  let db: TestDatabase;
  let bob: string;

  beforeEach(async () => {
    db = await createTestDatabase();
    const ada = await addRow(db.pool, "users", { email: "ada@example.com" });
    bob = (await addRow(db.pool, "users", { email: "bob@example.com" })).id as string;
    await db.pool.query("SELECT crm.ensure_activity_partitions('2020-01-01', '2020-02-01')");
    for (const owner of [ada.id, bob, null])
      for (const month of ["01", "02"])
        for (const day of ["10", "11"])
          await db.pool.query(insert("activities", `2020-${month}-${day}`, owner));
    await refreshMart(db.pool, MART);
  });
  afterEach(() => db.drop());

  const run = (...statements: string[]) => db.pool.query(statements.join("; "));
  const rows = async (sql: string) => (await db.pool.query(sql)).rows;
  const insert = (table: string, day: string, owner: string | null = null) => `
    INSERT INTO crm.${table} (activity_type, activity_date, completed_at, owner_user_id, created_at)
    VALUES ('Call', '${day}Z', '${day}Z', ${owner ? `'${owner}'` : "NULL"}, '${day}Z')`;
  const createByHand = `
    CREATE TABLE crm.by_hand (LIKE crm.activities INCLUDING DEFAULTS INCLUDING GENERATED);
    ${insert("by_hand", "2018-01-10")}`;
  const attachByHand =
    "ALTER TABLE crm.activities ATTACH PARTITION crm.by_hand FOR VALUES FROM ('2018-01-01Z') TO ('2019-01-01Z')";
  const detach = "ALTER TABLE crm.activities DETACH PARTITION crm.activities_y2020m01";

  const isReset = async () => (await rows(`SELECT mart.is_reset('${MART}') AS reset`))[0].reset;
  const drift = async () =>
    Number((await rows(`SELECT drift FROM mart.audit('${MART}')`))[0].drift);
  const differsFromBase = async () =>
    (await rows(`TABLE mart.${MART}_definition EXCEPT TABLE mart.${MART}`)).length +
      (await rows(`TABLE mart.${MART} EXCEPT TABLE mart.${MART}_definition`)).length >
    0;

  /** A refresh and nothing else, with what happens after its snapshot and before it reads. */
  async function refreshOnly(meanwhile: () => Promise<unknown> = async () => {}) {
    const client = await db.pool.connect();
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT");
    await meanwhile();
    await client.query(
      `REFRESH MATERIALIZED VIEW CONCURRENTLY mart.${MART}; SELECT mart.note_layer('${MART}', 'base'); COMMIT`,
    );
    client.release();
  }

  /** The change matters, and every read shows it: at once, folded, and refreshed. */
  async function expectShown(change: () => Promise<unknown>) {
    await change();
    expect(await differsFromBase(), "a change of the mart").to.equal(true);
    expect(await drift(), "at once").to.equal(0);
    await foldMart(db.pool, MART);
    expect(await drift(), "folded").to.equal(0);
    await refreshMart(db.pool, MART);
    expect(await differsFromBase(), "refreshed").to.equal(false);
    expect(await drift(), "refreshed").to.equal(0);
  }

  for (const table of ["activities", "activities_y2020m01"]) {
    const changes: Record<string, string> = {
      insert: insert(table, "2020-01-20"),
      "another type": `UPDATE crm.${table} SET activity_type = 'Email' WHERE created_at = '2020-01-10Z'`,
      "not completed": `UPDATE crm.${table} SET completed_at = NULL WHERE created_at = '2020-01-10Z'`,
      "another day": `UPDATE crm.${table} SET activity_date = '2020-03-01Z' WHERE created_at = '2020-01-10Z'`,
      "no owner": `UPDATE crm.${table} SET owner_user_id = NULL WHERE created_at = '2020-01-10Z'`,
      delete: `DELETE FROM crm.${table} WHERE created_at = '2020-01-10Z'`,
      truncate: `TRUNCATE crm.${table} CASCADE`,
    };
    for (const [name, change] of Object.entries(changes))
      it(`shows ${name}, written to ${table}`, () => expectShown(() => run(change)));

    it(`shows COPY to ${table}`, () =>
      expectShown(async () => {
        const client = await db.pool.connect();
        await new Promise<void>((resolve, reject) => {
          client
            .query(
              copyFrom(
                `COPY crm.${table} (activity_type, activity_date, owner_user_id, created_at) FROM STDIN CSV`,
              ),
            )
            .on("finish", () => resolve())
            .on("error", reject)
            .end(`Note,2020-01-20Z,${bob},2020-01-20Z\n`);
        });
        client.release();
      }));
  }

  it("shows a row that moves to another partition", () =>
    expectShown(() =>
      run("UPDATE crm.activities SET created_at = '2020-02-20Z' WHERE created_at = '2020-01-10Z'"),
    ));
  it("shows the days of a person who is gone, as nobody's", () =>
    expectShown(() => run(`DELETE FROM crm.users WHERE id = '${bob}'`)));
  it("shows days of another time zone", () =>
    expectShown(() => setTimeZone(db.pool, "America/New_York")));
  it("shows a partition attached with rows", () =>
    expectShown(() => run(createByHand, attachByHand)));
  it("shows a partition detached", () => expectShown(() => run(detach)));
  it("shows a partition detached concurrently", () =>
    expectShown(() => run(`${detach} CONCURRENTLY`)));
  it("shows a partition dropped", () =>
    expectShown(() => run("DROP TABLE crm.activities_y2020m01 CASCADE")));

  it("shows what happened to a partition while it was away", () =>
    expectShown(() =>
      run(
        detach,
        "ALTER TABLE crm.activities_y2020m01 DISABLE TRIGGER USER",
        insert("activities_y2020m01", "2020-01-20"),
        "ALTER TABLE crm.activities_y2020m01 ENABLE TRIGGER USER",
        "ALTER TABLE crm.activities ATTACH PARTITION crm.activities_y2020m01 FOR VALUES FROM ('2020-01-01Z') TO ('2020-02-01Z')",
      ),
    ));

  it("shows rows of partitions of a partition", () =>
    expectShown(() =>
      run(
        "CREATE TABLE crm.by_hand (LIKE crm.activities INCLUDING DEFAULTS INCLUDING GENERATED) PARTITION BY RANGE (created_at)",
        attachByHand,
        "CREATE TABLE crm.leaf PARTITION OF crm.by_hand FOR VALUES FROM ('2018-01-01Z') TO ('2019-01-01Z')",
        insert("leaf", "2018-01-10"),
      ),
    ));

  it("trusts a partition without triggers only when it has them, and was read since", async () => {
    await run(createByHand, attachByHand);
    await refreshOnly();
    expect(await differsFromBase()).to.equal(false);
    expect(await isReset(), "refreshed, but what comes would not be seen").to.equal(true);
    await run(insert("by_hand", "2018-01-11"));
    expect(await drift()).to.equal(0);

    await run("SELECT mart.capture_partitions('crm.activities')");
    expect(await isReset(), "captured, but not read since").to.equal(true);
    await refreshOnly();
    expect(await isReset()).to.equal(false);
    await expectShown(() => run(insert("by_hand", "2018-01-12")));
  });

  it("gives the triggers to a partition that lacks them, as the service refreshes", async () => {
    await expectShown(() => run(createByHand, attachByHand));
    expect(await isReset()).to.equal(false);
    await expectShown(() => run(insert("by_hand", "2018-01-11")));
  });

  it("is refreshed while a partition is being attached, which shows as soon as it is", async () => {
    await run(createByHand);
    const attaching = await db.pool.connect();
    await attaching.query(`BEGIN; ${attachByHand}`);
    await refreshMart(db.pool, MART);
    expect(await isReset()).to.equal(false);
    await expectShown(() => attaching.query("COMMIT"));
    attaching.release();
  });

  it("waits with its refresh until everybody has heard of the partitions that it sees", async () => {
    await run(createByHand);
    const attaching = await db.pool.connect();
    await attaching.query(`BEGIN; ${attachByHand}`);
    const refreshing = refreshMart(db.pool, MART);
    await waitUntil(
      db.pool,
      "SELECT count(*) = 1 FROM pg_locks WHERE relation = 'crm.activities'::regclass AND mode = 'ShareUpdateExclusiveLock' AND NOT granted",
    );
    await attaching.query("COMMIT");
    attaching.release();
    await refreshing;
    expect(await drift()).to.equal(0);
  });

  describe("that the service adds", () => {
    const add = "SELECT crm.ensure_activity_partitions('2020-03-01', '2020-03-01')";

    it("goes on without a refresh", async () => {
      await run(add);
      expect(await isReset()).to.equal(false);
      await expectShown(() => run(insert("activities_y2020m03", "2020-03-10")));
      expect(await isReset()).to.equal(false);
    });

    it("shows when it is gone again, with what was folded from it", async () => {
      await run(add, insert("activities_y2020m03", "2020-03-10"));
      await foldMart(db.pool, MART);
      await run("DROP TABLE crm.activities_y2020m03 CASCADE");
      expect(await isReset()).to.equal(true);
      expect(await drift()).to.equal(0);
    });

    it("neither fails a refresh under way nor is lost to it", async () => {
      await refreshOnly(() => run(add, insert("activities_y2020m03", "2020-03-10")));
      expect(await isReset()).to.equal(false);
      expect(await differsFromBase()).to.equal(true);
      expect(await drift()).to.equal(0);
    });
  });
});
