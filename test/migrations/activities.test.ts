import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { rejection } from "../support/refusal.ts";

describe("activities by month", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.drop());

  const add = (createdAt: string) =>
    db.pool.query(
      `INSERT INTO crm.activities (activity_type, activity_date, created_at, notes)
       VALUES ('Call', $1, $1, 'The billing issue came up again') RETURNING id, created_at`,
      [createdAt],
    );
  const partitions = async (parent: string) =>
    (
      await db.pool.query(
        "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass",
        [parent],
      )
    ).rows.map(({ name }) => name as string);

  it("is ready for this month and the three after it, without a default partition", async () => {
    const { rows } = await db.pool.query(
      `SELECT to_char(now() AT TIME ZONE 'UTC' + n * interval '1 month', '"crm.activities_y"YYYY"m"MM') AS name
       FROM generate_series(0, 3) AS n`,
    );
    const names = await partitions("crm.activities");
    expect(names).to.include.members(rows.map(({ name }) => name));
    const defaults = await db.pool.query("SELECT FROM pg_partitioned_table WHERE partdefid <> 0");
    expect(defaults.rowCount).to.equal(0);
  });

  it("refuses a month that has no partition, and takes it once it has", async () => {
    expect((await rejection(add("2019-07-31T23:30:00Z"))).message).to.match(/no partition/);
    await db.pool.query("SELECT crm.ensure_activity_partitions('2019-07-15', '2019-08-02')");
    await add("2019-07-31T23:30:00Z");
    const { rows } = await db.pool.query("SELECT count(*) FROM crm.activities_y2019m07");
    expect(rows[0].count).to.equal("1");
  });

  it("makes each partition once, also when several ask at the same time", async () => {
    const made = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const { rows } = await db.pool.query(
          "SELECT crm.ensure_activity_partitions('2018-01-01', '2018-03-31') AS made",
        );
        return rows[0].made as number;
      }),
    );
    expect(made.sort()).to.deep.equal([0, 0, 0, 0, 0, 15]);
    const again = await db.pool.query(
      "SELECT crm.ensure_activity_partitions('2018-01-01', '2018-03-31') AS made",
    );
    expect(again.rows[0].made).to.equal(0);
  });

  it("partitions the junctions alike, so that retention drops both", async () => {
    await db.pool.query("SELECT crm.ensure_activity_partitions('2017-05-01', '2017-05-31')");
    for (const parent of [
      "activity_contacts",
      "activity_opportunities",
      "activity_cases",
      "activity_companies",
    ]) {
      expect(await partitions(`crm.${parent}`)).to.include(`crm.${parent}_y2017m05`);
    }
    const activity = (await add("2017-05-09T10:00:00Z")).rows[0];
    const company = await db.pool.query(
      "INSERT INTO crm.companies (name) VALUES ('C') RETURNING id",
    );
    await db.pool.query("INSERT INTO crm.activity_companies VALUES ($1, $2, $3)", [
      activity.id,
      activity.created_at,
      company.rows[0].id,
    ]);
    for (const table of [
      "activity_companies",
      "activity_contacts",
      "activity_opportunities",
      "activity_cases",
      "activities",
    ]) {
      await db.pool.query(`ALTER TABLE crm.${table} DETACH PARTITION crm.${table}_y2017m05`);
      await db.pool.query(`DROP TABLE crm.${table}_y2017m05`);
    }
  });

  it("refuses a link to an activity that is not there", async () => {
    const company = await db.pool.query(
      "INSERT INTO crm.companies (name) VALUES ('D') RETURNING id",
    );
    const link = db.pool.query(
      "INSERT INTO crm.activity_companies VALUES (gen_random_uuid(), '2019-07-31T23:30:00Z', $1)",
      [company.rows[0].id],
    );
    expect((await rejection(link)).code).to.equal("23503");
  });

  it("reads only the months that a query asks for", async () => {
    const { rows } = await db.pool.query(
      "EXPLAIN (COSTS OFF) SELECT * FROM crm.activities WHERE created_at >= '2019-07-01Z' AND created_at < '2019-08-01Z'",
    );
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan).to.include("activities_y2019m07");
    expect(plan).not.to.include("activities_y2019m08");
  });

  it("finds notes by their words", async () => {
    const { rows } = await db.pool.query(
      "SELECT count(*) FROM crm.activities WHERE notes_tsv @@ to_tsquery('english', 'bill & issues')",
    );
    expect(Number(rows[0].count)).to.be.greaterThan(0);
  });
});
