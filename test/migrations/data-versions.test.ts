import { expect } from "chai";
import { asReader, EVERYTHING, inTransaction } from "../../src/db/transaction.ts";
import { foldMart } from "../../src/marts/fold.ts";
import { pruneChanges } from "../../src/marts/prune.ts";
import { syncSettings } from "../../src/ops/settings.ts";
import { addCall } from "../support/calls.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts, setTimeZone } from "../support/marts.ts";
import { addSales } from "../support/sales.ts";

const VIEWS = ["sales_dashboard", "signal_outcomes", "quotas", "rep_weekly_scores"];

describe("reporting.versions_behind", () => {
  let db: TestDatabase;

  beforeEach(async () => {
    db = await createTestDatabase();
    const { ann } = await addSales(db.pool);
    await db.pool.query("INSERT INTO crm.products (name) VALUES ('Tide')");
    await addCall(db.pool, { rep: ann, at: "2026-11-03T10:00:00Z", scores: { empathy: 7 } });
    await refreshMarts(db.pool);
  });
  afterEach(() => db.drop());

  const read = async (views = VIEWS) =>
    new Map(
      (
        await asReader(db.pool, EVERYTHING, (client) =>
          client.query("SELECT source, version FROM reporting.versions_behind($1)", [views]),
        )
      ).rows.map(({ source, version }): [string, string | null] => [source, version]),
    );
  /** The sources whose version is another one after `work`. */
  const changedBy = async (work: string | (() => Promise<unknown>)) => {
    const before = await read();
    await (typeof work === "string" ? db.pool.query(work) : work());
    const after = await read();
    expect([...after.keys()]).to.have.members([...before.keys()]);
    return [...after].filter(([source, now]) => before.get(source) !== now).map(([name]) => name);
  };
  it("changes with what the views show, and names the table", async () => {
    for (const [statement, table] of [
      ["UPDATE crm.opportunities SET amount = amount + 1 WHERE amount = 60", "crm.opportunities"],
      ["UPDATE crm.companies SET name = 'Acme & Sons'", "crm.companies"],
      ["UPDATE crm.users SET last_name = 'Lee' WHERE first_name = 'Ann'", "crm.users"],
      ["UPDATE crm.users SET team_id = NULL WHERE first_name = 'Ann'", "crm.users"],
      ["UPDATE crm.teams SET name = 'Far ' || name", "crm.teams"],
      ["UPDATE crm.products SET name = 'Ebb'", "crm.products"],
      ["UPDATE crm.quotas SET amount = amount + 1", "crm.quotas"],
      ["UPDATE crm.fiscal_periods SET name = 'Q' || name", "crm.fiscal_periods"],
      ["UPDATE crm.opportunity_stages SET default_probability = 0.9 WHERE stage = 'Prospecting'"],
      ["UPDATE crm.conversation_signals SET signal_value = 8", "crm.conversation_signals"],
      ["UPDATE crm.conversations SET started_at = started_at + interval '1 h'"],
      ["TRUNCATE crm.conversation_signals", "crm.conversation_signals"],
      ["DELETE FROM crm.quotas", "crm.quotas"],
    ]) {
      const changed = await changedBy(statement as string);
      expect(changed, statement).to.deep.equal([table ?? statement?.split(" ")[1]]);
    }
    expect(await changedBy(() => setTimeZone(db.pool, "Asia/Tokyo"))).to.deep.equal([
      "ops.settings",
    ]);
  });

  it("stays with what they do not show", async () => {
    for (const statement of [
      "UPDATE crm.users SET email = 'new.' || email",
      "UPDATE crm.users SET first_name = first_name",
      "UPDATE crm.products SET unit_price = 5",
      "UPDATE crm.companies SET website = 'https://example.com'",
      "DELETE FROM crm.quotas WHERE false",
      "INSERT INTO crm.leads (last_name, company_name) VALUES ('Lee', 'Acme')",
    ])
      expect(await changedBy(statement), statement).to.deep.equal([]);
  });

  it("stays when the service tends its layers, and follows a refresh where there are none", async () => {
    await db.pool.query("UPDATE crm.opportunities SET amount = amount + 1");
    const settings = { timeZone: "UTC", currency: "USD", fiscalYearStart: 1 };
    await syncSettings(db.pool, settings);
    // Again, as at every start.
    expect(await changedBy(() => syncSettings(db.pool, settings))).to.deep.equal([]);
    expect(await changedBy(() => foldMart(db.pool, "sales_dashboard"))).to.deep.equal([]);
    expect(await changedBy(() => pruneChanges(db.pool))).to.deep.equal([]);
    expect(await changedBy(() => refreshMarts(db.pool))).to.deep.equal(["signal_cut_points"]);
  });

  it("has nothing of what is not committed, or taken back", async () => {
    const rename = "UPDATE crm.teams SET name = 'Far ' || name";
    await inTransaction(db.pool, async (client) => {
      expect(await changedBy(() => client.query(rename))).to.deep.equal([]);
      expect(await changedBy(() => client.query("ROLLBACK"))).to.deep.equal([]);
    });
    expect(await changedBy(rename)).to.deep.equal(["crm.teams"]);
  });

  it("counts each change once, also one that was under way while the log was counted", async () => {
    const versionOf = async () => Number((await read()).get("crm.teams"));
    const before = await versionOf();
    await inTransaction(db.pool, async (early) => {
      await early.query("UPDATE crm.teams SET name = 'Far ' || name WHERE name = 'North'");
      await db.pool.query("UPDATE crm.teams SET name = 'Far ' || name WHERE name <> 'North'");
      expect(await pruneChanges(db.pool)).to.be.greaterThan(0);
      expect((await versionOf()) - before).to.equal(1);
    });
    expect((await versionOf()) - before).to.equal(2);
    await pruneChanges(db.pool);
    expect((await versionOf()) - before).to.equal(2);
  });

  it("is asked of one snapshot: what commits after it is not in it", async () => {
    await asReader(db.pool, EVERYTHING, async (client) => {
      const ask = async () =>
        (await client.query("SELECT * FROM reporting.versions_behind($1) ORDER BY source", [VIEWS]))
          .rows;
      const before = await ask();
      await db.pool.query("UPDATE crm.teams SET name = 'Far ' || name");
      await pruneChanges(db.pool);
      await refreshMarts(db.pool);
      expect(await ask()).to.deep.equal(before);
    });
  });

  it("knows a materialized view without layers by its refresh, and not by the tables behind it", async () => {
    expect([...(await read(["signal_cut_points"])).keys()]).to.have.members([
      "signal_cut_points",
      "(database)",
    ]);
    const { rows } = await db.pool.query(`
      SELECT behind.refreshed_at = (SELECT max(as_of) FROM reporting.signal_cut_points) AS same
      FROM reporting.versions_behind('{signal_cut_points}') AS behind WHERE is_mart`);
    // No deal has a call yet, so there is no row to date.
    expect(rows).to.deep.equal([{ same: null }]);
  });

  it("promises nothing where something behind a view is not counted", async () => {
    await db.pool.query(`
      CREATE FUNCTION ops.hidden() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM crm.leads';
      CREATE VIEW reporting.odd AS SELECT ops.hidden() AS n, count(*) AS m FROM crm.opportunity_contacts`);
    const versions = await read(["odd"]);
    expect(versions.get("crm.opportunity_contacts")).to.equal(null);
    expect(versions.get("ops.hidden()")).to.equal(null);
  });

  it("follows the partitions of a table, and promises nothing while one is not captured", async () => {
    await db.pool.query(`
      SELECT mart.capture_changes('crm.activities', '{owner_user_id}');
      SELECT crm.ensure_activity_partitions('2020-01-01', '2020-02-01');
      CREATE VIEW reporting.odd AS SELECT count(*) AS n FROM crm.activities`);
    const versionOf = async () => (await read(["odd"])).get("crm.activities");
    const changes = async (statement: string) => {
      const before = await versionOf();
      await db.pool.query(statement);
      return (await versionOf()) !== before;
    };
    const insert = (table: string) =>
      `INSERT INTO crm.${table} (activity_type, activity_date, created_at)
       VALUES ('Call', '2020-01-10Z', '2020-01-10Z')`;
    expect(await versionOf()).to.be.a("string");
    for (const statement of [
      insert("activities"),
      insert("activities_y2020m01"),
      "TRUNCATE crm.activities_y2020m01 CASCADE",
      insert("activities"),
      "ALTER TABLE crm.activities DETACH PARTITION crm.activities_y2020m01",
      `ALTER TABLE crm.activities ATTACH PARTITION crm.activities_y2020m01
       FOR VALUES FROM ('2020-01-01Z') TO ('2020-02-01Z')`,
      "DROP TABLE crm.activities_y2020m01 CASCADE",
    ])
      expect(await changes(statement), statement).to.equal(true);
    expect(await changes("ANALYZE crm.activities")).to.equal(false);
    await db.pool.query("DROP TRIGGER capture_inserts ON crm.activities_y2020m02");
    expect(await versionOf()).to.equal(null);
  });

  it("counts everything behind every view that reports read", async () => {
    const { rows } = await db.pool.query(`
      SELECT relname AS view, behind.source
      FROM pg_class, reporting.versions_behind(ARRAY[relname::text]) AS behind
      WHERE relnamespace = 'reporting'::regnamespace AND relkind = 'v'
        -- The service about itself.
        AND relname NOT LIKE 'mart\\_%'
        AND behind.version IS NULL`);
    expect(rows).to.deep.equal([]);
  });
});
