import { expect } from "chai";
import { attempt, describeAttacks, REFUSED } from "../../support/siege.ts";

/** Temporary objects by the names that functions of the owner use, each of which says as whom it is used. */
const TRAPS = [
  `CREATE FUNCTION pg_temp.spring(pg_catalog.text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$
   BEGIN RAISE WARNING 'sprung as %', current_user; RETURN true; END $$`,
  ...[
    "uuid",
    "text",
    "bool",
    "int4",
    "int8",
    "timestamptz",
    "jsonb",
    "numeric",
    "date",
    "regclass",
    "pg_snapshot",
    "xid8",
  ].map(
    (type) =>
      `CREATE DOMAIN pg_temp.${type} AS pg_catalog.${type} CHECK (pg_temp.spring(VALUE::pg_catalog.text))`,
  ),
  ...[
    "users",
    "bi_logins",
    "user_roles",
    "opportunities",
    "layers",
    "live_marts",
    "pg_class",
    "pg_roles",
    "pg_inherits",
    "pg_attribute",
  ].map((table) => `CREATE VIEW pg_temp.${table} AS SELECT pg_temp.spring('${table}') AS id`),
  ...[
    "current_setting(pg_catalog.text, pg_catalog.bool)",
    "pg_has_role(name, name, pg_catalog.text)",
    "array_remove(anyarray, anyelement)",
  ].map(
    (signature) =>
      `CREATE FUNCTION pg_temp.${signature} RETURNS pg_catalog.text LANGUAGE sql AS $$ SELECT pg_temp.spring('x')::pg_catalog.text $$`,
  ),
  "CREATE FUNCTION pg_temp.is_same(pg_catalog.uuid, pg_catalog.uuid) RETURNS pg_catalog.bool LANGUAGE sql AS $$ SELECT pg_temp.spring('=') $$",
  "CREATE OPERATOR pg_temp.= (LEFTARG = pg_catalog.uuid, RIGHTARG = pg_catalog.uuid, FUNCTION = pg_temp.is_same)",
];

describeAttacks("a BI login that wants to leave something behind", (trial) => {
  it("writes nothing, also once it may try", async () => {
    const { siege, seesTheSame, isRefused, unbuckle } = trial;
    const { rows } = await siege.db.pool.query<{ name: string; first: string }>(`
      SELECT class.oid::regclass::text AS name, attname AS first
      FROM pg_class AS class JOIN pg_attribute ON attrelid = class.oid AND attnum = 1
      WHERE relkind = 'v' AND relnamespace = 'reporting'::regnamespace`);
    await isRefused("DELETE FROM reporting.teams", ["25006", REFUSED]);
    await unbuckle();
    // Which of these PostgreSQL notices first: that it is no table, that a key is made by itself, or that it is not permitted.
    for (const { name, first } of rows)
      for (const sql of [
        `INSERT INTO ${name} (${first}) VALUES (NULL)`,
        `UPDATE ${name} SET ${first} = NULL`,
        `DELETE FROM ${name}`,
        `TRUNCATE ${name}`,
        `SELECT FROM ${name} FOR UPDATE`,
        `BEGIN; LOCK TABLE ${name} IN ACCESS EXCLUSIVE MODE`,
        `MERGE INTO ${name} USING (VALUES (1)) AS v ON true WHEN MATCHED THEN DELETE`,
      ])
        await isRefused(sql, [REFUSED, "42809", "55000", "0A000", "428C9"]);
    await seesTheSame();
  });

  it("makes nothing, anywhere, not even for the session", async () => {
    const { siege, attacker, seesTheSame, isRefused, unbuckle } = trial;
    await unbuckle();
    for (const schema of [
      "public",
      "reporting",
      "own_rows",
      "own_kept",
      "stats",
      "crm",
      "pg_catalog",
      "pg_temp",
    ])
      for (const sql of [
        `CREATE TABLE ${schema}.users (id int)`,
        `CREATE VIEW ${schema}.users AS SELECT 1`,
        `CREATE FUNCTION ${schema}.f(text) RETURNS boolean LANGUAGE sql COST 0.0001 AS 'SELECT true'`,
        `CREATE TYPE ${schema}.uuid AS (a int)`,
        `CREATE DOMAIN ${schema}.uuid AS text`,
        `CREATE SEQUENCE ${schema}.s`,
        `CREATE OPERATOR ${schema}.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)`,
        `CREATE AGGREGATE ${schema}.a(int) (SFUNC = int4pl, STYPE = int)`,
        `CREATE COLLATION ${schema}.c FROM "C"`,
      ])
        await isRefused(sql, [REFUSED, "3F000"]);
    // 0A000: there is no such extension to make; 42883 and 42P17: refused for what it is made of.
    for (const sql of [
      "CREATE SCHEMA mine",
      "CREATE TEMP TABLE users (id int)",
      "CREATE TEMP VIEW users AS SELECT 1",
      "SELECT 1 AS id INTO TEMP users",
      "CREATE EXTENSION dblink",
      "CREATE FOREIGN DATA WRAPPER mine",
      "CREATE PUBLICATION mine FOR ALL TABLES",
      "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION stats.wilson_low()",
      "CREATE CAST (text AS int) WITH INOUT AS IMPLICIT",
      "CREATE ROLE mine",
      "CREATE DATABASE mine",
      `ALTER ROLE ${attacker.login.name} BYPASSRLS`,
      `ALTER ROLE ${attacker.login.name} CREATEROLE`,
      `ALTER ROLE ${attacker.login.name} CONNECTION LIMIT -1`,
      `ALTER ROLE ${attacker.login.name} RENAME TO ${siege.omniscient.name}_2`,
      "ALTER VIEW reporting.sales_dashboard SET (security_barrier = false)",
      "ALTER SYSTEM SET log_statement = 'none'",
      "COMMENT ON VIEW reporting.users IS 'mine'",
      "REFRESH MATERIALIZED VIEW mart.sales_dashboard",
      "DROP VIEW reporting.users",
    ])
      await isRefused(sql, [REFUSED, "42883", "42P17", "0A000"]);
    await seesTheSame();
  });

  it("puts nothing of its own in the way, should somebody let it make temporary objects", async () => {
    const { siege, attacker, session, seesTheSame, unbuckle } = trial;
    const [name] = siege.db.url.split("/").slice(-1);
    await siege.db.pool.query(`GRANT TEMPORARY ON DATABASE ${name} TO ${attacker.login.name}`);
    const heard: string[] = [];
    session.on("notice", ({ message }) => heard.push(message ?? ""));
    try {
      await unbuckle();
      for (const sql of TRAPS) await session.query(sql);
      await session.query("SELECT pg_temp.spring('trap')");
      expect(heard.splice(0), "the trap works").to.deep.equal([`sprung as ${attacker.login.name}`]);
      for (const path of [
        "pg_temp, reporting",
        "reporting, pg_temp",
        "pg_temp, pg_catalog, reporting",
        "",
      ]) {
        await session.query("SELECT set_config('search_path', $1, false)", [path]);
        await seesTheSame(session, path);
      }
      // As its own, and never as the owner, whose functions look for nothing among temporary objects.
      expect(heard.filter((one) => one !== `sprung as ${attacker.login.name}`)).to.deep.equal([]);
    } finally {
      await siege.db.pool.query(`REVOKE TEMPORARY ON DATABASE ${name} FROM ${attacker.login.name}`);
    }
  });

  it("takes nothing from others who read, nor from itself", async () => {
    const { siege, attacker, session, seesTheSame, isRefused, unbuckle } = trial;
    await unbuckle();
    // PostgreSQL answers these with warnings at most: they take away what one owns or granted, which is nothing.
    for (const sql of [
      "DROP OWNED BY tidemark_reader",
      "DROP OWNED BY CURRENT_USER",
      "REASSIGN OWNED BY tidemark_reader TO CURRENT_USER",
      "REVOKE ALL ON reporting.sales_dashboard FROM tidemark_reader, CURRENT_USER",
      "ALTER DEFAULT PRIVILEGES FOR ROLE tidemark_reader REVOKE ALL ON TABLES FROM tidemark_reader",
    ])
      expect((await attempt(session, sql)).code, sql).to.equal(undefined);
    await isRefused(`REVOKE tidemark_reader FROM ${siege.omniscient.name}`);
    await isRefused("ALTER ROLE tidemark_reader SET statement_timeout = 1");
    const later = await attacker.login.connect();
    await seesTheSame(later);
    await later.end();
    expect(await siege.omniscient.query("SELECT FROM sales_dashboard")).to.have.length.above(1);
  });
});
