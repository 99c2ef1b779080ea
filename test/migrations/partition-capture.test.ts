import { expect } from "chai";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { rejection } from "../support/refusal.ts";

/** That every way of writing a row of a partitioned table is written down. What reports make of it: rep-daily-activities.test.ts. */
describe("the capture of a partitioned table", () => {
  let db: TestDatabase;
  let ada: string;

  beforeEach(async () => {
    db = await createTestDatabase();
    const user = await addRow(db.pool, "users", { email: "ada@example.com", first_name: "Ada" });
    ada = user.id as string;
    await db.pool.query(`
      SELECT mart.capture_changes('crm.activities', '{owner_user_id,activity_date}', watched => '{activity_type,completed_at}');
      SELECT crm.ensure_activity_partitions('2020-01-01', '2020-02-01')`);
  });
  afterEach(() => db.drop());

  const rows = async (sql: string) => (await db.pool.query(sql)).rows;
  const logged = async () =>
    (await rows("DELETE FROM mart.activities_log RETURNING activity_date::date::text AS day"))
      .map(({ day }) => day)
      .sort();
  const insert = (table: string, day: string, type = "Call") => `
    INSERT INTO crm.${table} (activity_type, activity_date, owner_user_id, created_at)
    VALUES ('${type}', '${day}Z', '${ada}', '${day}Z')`;
  const uncaptured = async () =>
    (
      await rows(`
        SELECT relid::text AS name FROM pg_partition_tree('crm.activities')
        WHERE NOT mart.is_captured(relid, 'crm.activities')`)
    ).map(({ name }) => name);

  it("covers the partitions that there are, and those made later", async () => {
    expect(await uncaptured()).to.deep.equal([]);
    await db.pool.query("DROP TRIGGER capture_deletes ON crm.activities_y2020m01");
    await db.pool.query("ALTER TABLE crm.activities_y2020m02 DISABLE TRIGGER capture_truncates");
    expect(await uncaptured()).to.have.members([
      "crm.activities_y2020m01",
      "crm.activities_y2020m02",
    ]);
  });

  it("writes a row down once, whichever table the statement names", async () => {
    for (const table of ["activities", "activities_y2020m01"]) {
      await db.pool.query(insert(table, "2020-01-10"));
      expect(await logged(), "insert").to.deep.equal(["2020-01-10"]);
      await db.pool.query(
        `UPDATE crm.${table} SET activity_date = '2020-01-11Z', notes = 'moved' WHERE created_at = '2020-01-10Z'`,
      );
      expect(await logged(), "update").to.deep.equal(["2020-01-10", "2020-01-11"]);
      await db.pool.query(
        `UPDATE crm.${table} SET notes = 'heard back' WHERE created_at = '2020-01-10Z'`,
      );
      // The list of activities shows them.
      expect(await logged(), "notes").to.deep.equal(["2020-01-11"]);
      await db.pool.query(`DELETE FROM crm.${table} WHERE created_at = '2020-01-10Z'`);
      expect(await logged(), "delete").to.deep.equal(["2020-01-11"]);
    }
  });

  it("writes down a row that moves to another partition", async () => {
    await db.pool.query(insert("activities", "2020-01-10"));
    await logged();
    await db.pool.query("UPDATE crm.activities SET created_at = '2020-02-10Z'");
    expect(await logged(), "as it was and as it is").to.deep.equal(["2020-01-10", "2020-01-10"]);
  });

  it("tells rows apart that are alike in all that matters", async () => {
    for (const type of ["Call", "Call", "Email"])
      await db.pool.query(insert("activities", "2020-01-10", type));
    await logged();
    await db.pool.query(`
      WITH one AS (SELECT id FROM crm.activities WHERE activity_type = 'Call' LIMIT 1)
      UPDATE crm.activities
      SET activity_type = CASE WHEN id = (SELECT id FROM one) THEN 'Email' ELSE activity_type END`);
    expect(await logged()).to.deep.equal(["2020-01-10"]);
  });

  it("adds the triggers that a partition attached by hand lacks, and says that its marts start anew", async () => {
    await db.pool.query(`
      CREATE TABLE crm.by_hand (LIKE crm.activities INCLUDING DEFAULTS INCLUDING GENERATED);
      ALTER TABLE crm.activities ATTACH PARTITION crm.by_hand FOR VALUES FROM ('2018-01-01Z') TO ('2019-01-01Z')`);
    expect(await uncaptured()).to.deep.equal(["crm.by_hand"]);

    const capture = "SELECT mart.capture_partitions('crm.activities') AS made";
    expect(await rows(capture)).to.deep.equal([{ made: 1 }]);
    expect(await uncaptured()).to.deep.equal([]);
    expect(await rows("SELECT source::text FROM mart.resets")).to.deep.equal([
      { source: "crm.activities" },
    ]);
    expect(await rows(capture)).to.deep.equal([{ made: 0 }]);
    await db.pool.query(insert("by_hand", "2018-01-10"));
    expect(await logged()).to.deep.equal(["2018-01-10"]);
  });

  it("does not have other writers queue behind a long transaction", async () => {
    await db.pool.query("DROP TRIGGER capture_inserts ON crm.activities_y2020m01");
    const writer = await db.pool.connect();
    await writer.query("BEGIN");
    await writer.query(insert("activities_y2020m01", "2020-01-10"));
    const refused = await rejection(
      db.pool.query("SELECT mart.capture_partitions('crm.activities')"),
    );
    expect(refused.code).to.equal("55P03");
    await writer.query("COMMIT");
    writer.release();
  });

  it("leaves tables alone that no mart reads", async () => {
    const found = await rows(
      "SELECT FROM pg_trigger WHERE tgrelid = 'crm.activity_cases_y2020m01'::regclass AND NOT tgisinternal",
    );
    expect(found).to.deep.equal([]);
  });
});
