import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { PG_MIGRATE_LOCK_ID } from "node-pg-migrate";
import { connect } from "../../src/db/connect.ts";
import {
  migrateDown,
  migrateUp,
  migrationStatus,
  pendingMigrations,
} from "../../src/db/migrate.ts";
import { createTestDatabase, serverUrl, type TestDatabase } from "../support/database.ts";
import { failureOf } from "../support/refusal.ts";
import { createRole } from "../support/roles.ts";
import { runSql } from "../support/sql.ts";
import { runTidemark } from "../support/tidemark.ts";

const MIGRATIONS = resolve(import.meta.dirname, "../../migrations");

describe("migrate", () => {
  let database: TestDatabase;
  let folder: string;

  beforeEach(async () => {
    database = await createTestDatabase({ migrated: false });
    folder = await mkdtemp(join(tmpdir(), "tidemark-migrations-"));
  });

  afterEach(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const add = (name: string, up: string, down = "") =>
    writeFile(
      join(folder, `${name}.sql`),
      `-- Up Migration\n${up};\n-- Down Migration\n${down};\n`,
    );

  const schemas = () =>
    runSql(
      database.url,
      "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information|public)'",
    );

  it("says what it did, and what is left to do", async () => {
    await add("20260101000000_one", "CREATE TABLE ops.one ()", "DROP TABLE ops.one");
    await add("20260102000000_two", "CREATE TABLE ops.two ()", "DROP TABLE ops.two");
    expect(await pendingMigrations(database.url, { folder })).to.have.length(2);
    expect(await schemas(), "status writes nothing").to.deep.equal([]);

    const names = ["20260101000000_one", "20260102000000_two"];
    expect(await migrateUp(database.url, { folder })).to.deep.equal(names);
    expect(await migrateUp(database.url, { folder })).to.deep.equal([]);
    expect(await migrateDown(database.url, 1, { folder })).to.deep.equal([names[1]]);
    const status = await migrationStatus(database.url, { folder });
    expect(status.map(({ name }) => name)).to.deep.equal(names);
    expect(Date.now() - Number(status[0]?.appliedAt)).to.be.within(-1000, 60_000);
    expect(status[1]?.appliedAt).to.equal(null);
  });

  it("applies all or nothing", async () => {
    await add("20260101000000_good", "CREATE TABLE ops.good ()");
    await add("20260102000000_bad", "CREATE TABLE ops.bad (id no_such_type)");
    const error = await failureOf(migrateUp(database.url, { folder }));
    expect(error.code).to.equal("migration_failed");
    expect(error.message).to.equal(
      'Nothing was migrated: type "no_such_type" does not exist in 20260102000000_bad, at "CREATE TABLE ops.bad (id no_such_type);"',
    );
    const made = await runSql(database.url, "SELECT to_regclass('ops.good') AS good");
    expect(made).to.deep.equal([{ good: null }]);
  });

  it("refuses names without a schema, whatever the login's search path", async () => {
    await add("20260101000000_loose", "CREATE TABLE loose ()");
    expect((await failureOf(migrateUp(database.url, { folder }))).code).to.equal(
      "migration_failed",
    );
  });

  it("refuses a migration that is older than one already applied", async () => {
    await add("20260102000000_second", "SELECT 1");
    await migrateUp(database.url, { folder });
    await add("20260101000000_first", "SELECT 1");
    const error = await failureOf(migrateUp(database.url, { folder }));
    expect(error.message).to.contain("20260101000000_first");
  });

  it("gives up on a table that stays in use, and on another migration", async () => {
    await add("20260101000000_one", "CREATE TABLE ops.one ()");
    await migrateUp(database.url, { folder });
    const other = await connect(database.url, "test");
    await other.query("SELECT pg_advisory_lock($1)", [PG_MIGRATE_LOCK_ID]);
    const waiting = migrateUp(database.url, { folder, waitForMigration: "50ms" });
    expect((await failureOf(waiting)).code).to.equal("migration_busy");
    await other.query("SELECT pg_advisory_unlock_all()");

    await add("20260102000000_two", "SET LOCAL lock_timeout = '50ms'; DROP TABLE ops.one");
    await other.query("BEGIN; LOCK TABLE ops.one IN ACCESS SHARE MODE");
    expect((await failureOf(migrateUp(database.url, { folder }))).code).to.equal("table_busy");
    await other.end();
  });

  it("is done once when ten processes start at the same time", async function () {
    this.timeout(180_000);
    const runs = await Promise.all(
      Array.from({ length: 10 }, () =>
        runTidemark(["migrate", "up"], { DATABASE_URL: database.url }),
      ),
    );
    expect(runs.map(({ stderr }) => stderr).join("")).to.equal("");
    expect(runs.map(({ code }) => code)).to.deep.equal(Array(10).fill(0));
    const all = (await readdir(MIGRATIONS)).filter((name) => name.endsWith(".sql")).length;
    const applied = runs.filter(({ stdout }) => stdout.includes(`${all} migrations applied`));
    const idle = runs.filter(({ stdout }) => stdout.startsWith("Nothing to do"));
    expect([applied.length, idle.length]).to.deep.equal([1, 9]);
    expect(await pendingMigrations(database.url)).to.deep.equal([]);
  });

  it("works for several databases of one server at the same time", async () => {
    const databases = await Promise.all(
      Array.from({ length: 4 }, () => createTestDatabase({ migrated: false })),
    );
    try {
      const applied = await Promise.all(databases.map(({ url }) => migrateUp(url)));
      expect(new Set(applied.map((names) => names.length)).size).to.equal(1);
    } finally {
      for (const one of databases) await one.drop();
    }
  });

  describe("as a login without a privilege", () => {
    it("refuses a database in which it may not create schemas", async () => {
      const role = await createRole("CREATEROLE");
      const error = await failureOf(migrateUp(role.at(database.url)));
      await role.drop();
      expect(error.code).to.equal("missing_privilege");
      expect(error.message).to.contain("GRANT CREATE ON DATABASE");
      expect(await schemas()).to.deep.equal([]);
    });

    it("refuses a login that may not act as the reader", async () => {
      const role = await createRole();
      const [here] = await runSql<{ name: string }>(
        database.url,
        "SELECT current_database() AS name",
      );
      await runSql(serverUrl(), `GRANT CREATE ON DATABASE ${here?.name} TO ${role.name}`);
      const error = await failureOf(migrateUp(role.at(database.url)));
      expect(error.code).to.equal("missing_privilege");
      expect(error.message).to.contain("tidemark_reader");
      expect(await schemas()).to.deep.equal([]);

      await runSql(serverUrl(), `GRANT tidemark_reader, tidemark_pages TO ${role.name}`);
      expect(await migrateUp(role.at(database.url))).to.not.deep.equal([]);
      await database.drop();
      await role.drop();
      database = await createTestDatabase({ migrated: false });
    });
  });
});
