import { expect } from "chai";
import { connect } from "../../../src/db/connect.ts";
import { serverUrl } from "../../support/database.ts";
import { attempt, describeAttacks, REFUSED } from "../../support/siege.ts";

describeAttacks("a BI login that wants to be somebody else", (trial) => {
  it("sees what its person sees in the service", async () => {
    const { seesTheSame } = trial;
    await seesTheSame();
  });

  it("becomes nobody else by any setting, in a session or a transaction", async () => {
    const { siege, session, seesTheSame } = trial;
    for (const value of ["*", siege.people.bob, "", "x' OR true"])
      for (const sql of [
        `SET tidemark.viewer = '${value?.replaceAll("'", "''")}'`,
        `SET SESSION "tidemark.viewer" = '${value?.replaceAll("'", "''")}'`,
      ]) {
        await session.query(sql);
        await seesTheSame(session, sql);
      }
    for (const name of ["viewer", "user_id"])
      await session.query("SELECT set_config('tidemark.' || $1, '*', false)", [name]);
    await seesTheSame();
    await session.query("BEGIN; SET LOCAL tidemark.viewer = '*'");
    await session.query("SELECT set_config('tidemark.viewer', '*', true)");
    await seesTheSame();
    await session.query("COMMIT");
  });

  it("becomes nobody else by settings that it starts with", async () => {
    const { attacker, seesTheSame, isRefused, unbuckle } = trial;
    const url = new URL(attacker.login.url);
    url.searchParams.set("options", "-c tidemark.viewer=*");
    const other = await connect(url.href, "test");
    expect((await other.query("SHOW tidemark.viewer")).rows).to.deep.equal([
      { "tidemark.viewer": "*" },
    ]);
    await seesTheSame(other);
    await other.end();

    await unbuckle();
    // A superuser could do it, by mistake.
    await isRefused(`ALTER ROLE ${attacker.login.name} SET tidemark.viewer = '*'`);
  });

  it("passes no keys of its own off as those that changed", async () => {
    const { siege, session, seesTheSame } = trial;
    for (const mart of ["sales_dashboard", "signal_outcomes"])
      for (const kept of ["'{}', '{}'", `'{${siege.people.bob}}', '{${siege.people.bob}}'`]) {
        await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        await session.query(
          `SELECT set_config('tidemark.changes_${mart}', jsonb_build_array(pg_current_snapshot()::text, ${kept})::text, true)`,
        );
        await seesTheSame(session, mart);
        await session.query("ROLLBACK");
      }
  });

  it("gains nothing from what is for the service, should somebody let it in there", async () => {
    const { siege, attacker, session, truth, seesTheSame, isRefused } = trial;
    for (const call of [
      "scope()",
      "audience('report:sales')",
      "keep_changes('{sales_dashboard}')",
      "versions_behind('{sales_dashboard}')",
    ])
      await isRefused(`SELECT reporting.${call}`);
    await siege.db.pool.query(`GRANT tidemark_pages TO ${attacker.login.name}`);
    try {
      await session.query(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE tidemark_pages; SET LOCAL tidemark.viewer = '*'",
      );
      await session.query("SELECT reporting.keep_changes('{sales_dashboard}')");
      const { rows } = await session.query(
        `SELECT reporting.scope() AS scope, current_setting('tidemark.changes_sales_dashboard', true) AS kept,
           (SELECT count(*)::int FROM reporting.versions_behind('{sales_dashboard}')) AS versions,
           (SELECT count(*)::int FROM own_rows.sales_dashboard) AS own,
           (SELECT count(*)::int FROM all_rows.sales_dashboard) AS all`,
      );
      expect(rows[0].scope).to.match(new RegExp(`^${attacker.userId} `));
      expect(rows[0]).to.include({
        kept: null,
        versions: 0,
        own: truth.sales_dashboard?.length,
        all: 0,
      });
      await seesTheSame();
      // Nor by saying that somebody else's rows were kept.
      await session.query(`
        SELECT
          set_config('tidemark.kept_sales_dashboard', jsonb_build_array(pg_current_snapshot()::text, '*', ARRAY[owner_user_id]::text)::text, true),
          set_config('tidemark.kept_keys_sales_dashboard', '{}', true),
          set_config('tidemark.kept_rows_sales_dashboard', '{}', true)
        FROM reporting.sales_dashboard LIMIT 1`);
      for (const schema of ["own_kept", "all_kept"]) {
        await session.query("SAVEPOINT before");
        await isRefused(`SELECT FROM ${schema}.sales_dashboard`, ["P0001"]);
        await session.query("ROLLBACK TO before");
      }
      await session.query("COMMIT");
    } finally {
      await siege.db.pool.query(`REVOKE tidemark_pages FROM ${attacker.login.name}`);
    }
  });

  it("takes on no other role", async () => {
    const { siege, attacker, seesTheSame, isRefused } = trial;
    const owner = new URL(serverUrl()).username;
    const others = [owner, siege.omniscient.name, "pg_read_all_data", "pg_read_server_files"];
    for (const other of others) {
      await isRefused(`SET ROLE "${other}"`);
      await isRefused(`SELECT set_config('role', '${other}', false)`);
      await isRefused(`SET SESSION AUTHORIZATION "${other}"`);
      await isRefused(`GRANT "${other}" TO ${attacker.login.name}`, [REFUSED, "25006"]);
    }
    await seesTheSame();
  });

  it("stays who it is in the roles that it may take on", async () => {
    const { session, seesTheSame } = trial;
    const { code } = await attempt(session, "SET ROLE tidemark_reader");
    // Up to PostgreSQL 15, whoever has what a role may do can also become it.
    const { rows } = await session.query(
      "SELECT current_setting('server_version_num')::int AS version",
    );
    expect(code).to.equal(rows[0].version >= 160_000 ? REFUSED : undefined);
    await seesTheSame();
    await session.query("RESET ROLE; SET SESSION AUTHORIZATION DEFAULT");
    await seesTheSame();
  });

  it("gains nothing from another BI login that lets it in", async () => {
    const { siege, attacker, session, seesTheSame } = trial;
    // Up to PostgreSQL 15, a login may do that by itself; here, somebody made a mistake.
    await siege.db.pool.query(`GRANT ${siege.omniscient.name} TO ${attacker.login.name}`);
    try {
      await seesTheSame();
      await session.query(`SET ROLE ${siege.omniscient.name}`);
      await seesTheSame();
      await session.query("SET tidemark.viewer = '*'");
      await seesTheSame();
    } finally {
      await siege.db.pool.query(`REVOKE ${siege.omniscient.name} FROM ${attacker.login.name}`);
    }
  });

  it("gains nothing from plans that were made before, or as somebody else", async () => {
    const { siege, attacker, session, truth } = trial;
    await session.query("SET plan_cache_mode = force_generic_plan");
    await session.query(
      "PREPARE deals AS SELECT count(*)::int AS count FROM reporting.sales_dashboard",
    );
    const count = async () => (await session.query("EXECUTE deals")).rows[0].count;
    const own = truth.sales_dashboard?.length;
    for (let run = 0; run < 7; run++) expect(await count()).to.equal(own);
    await attempt(session, "SET ROLE tidemark_reader");
    expect(await count()).to.equal(own);
    await session.query("RESET ROLE; SET tidemark.viewer = '*'");
    expect(await count()).to.equal(own);
    // The plan stays, and the rows follow the person.
    await siege.db.pool.query("UPDATE crm.users SET is_active = false WHERE id = $1", [
      attacker.userId,
    ]);
    expect(await count()).to.equal(0);
    await siege.db.pool.query("UPDATE crm.users SET is_active = true WHERE id = $1", [
      attacker.userId,
    ]);
    expect(await count()).to.equal(own);
  });

  it("keeps no rows in a cursor or a snapshot but its own", async () => {
    const { siege, session, truth } = trial;
    const all = "SELECT count(*)::int AS count FROM reporting.sales_dashboard";
    await session.query(
      `BEGIN; DECLARE held CURSOR WITH HOLD FOR SELECT view::text AS line FROM reporting.sales_dashboard AS view ORDER BY 1`,
    );
    await session.query("SET LOCAL tidemark.viewer = '*'; COMMIT");
    const { rows } = await session.query("FETCH ALL FROM held");
    expect(rows.map(({ line }) => line)).to.deep.equal(truth.sales_dashboard);

    const service = await siege.db.pool.connect();
    await service.query(
      "BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL ROLE tidemark_reader; SET LOCAL tidemark.viewer = '*'",
    );
    const everything = (
      await service.query(`${all.replace(" AS count", " AS count, pg_export_snapshot() AS id")}`)
    ).rows[0];
    await session.query(
      `BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '${everything.id}'`,
    );
    expect((await session.query(all)).rows[0].count)
      .to.equal(truth.sales_dashboard?.length)
      .and.below(everything.count);
    await session.query("ROLLBACK");
    await service.query("ROLLBACK");
    service.release();
  });

  it("changes no rows by changing how queries are read or run", async () => {
    const { session, seesTheSame } = trial;
    for (const setting of [
      "row_security = off",
      "standard_conforming_strings = off",
      "quote_all_identifiers = on",
      "transform_null_equals = on",
      "array_nulls = off",
      "plan_cache_mode = force_generic_plan",
      "enable_indexscan = off",
      "enable_mergejoin = on",
      "enable_seqscan = off",
      "from_collapse_limit = 1",
      "constraint_exclusion = on",
      "work_mem = '64kB'",
      "max_parallel_workers_per_gather = 8",
      "min_parallel_table_scan_size = 0",
      "parallel_setup_cost = 0",
      "parallel_tuple_cost = 0",
    ]) {
      const { code } = await attempt(session, `SET ${setting}`);
      // PostgreSQL 19 knows no other strings any more.
      expect(code, setting).to.equal(undefined);
      await seesTheSame(session, setting);
    }
    // The name changed with PostgreSQL 16.
    const parallel = await Promise.all(
      ["debug_parallel_query", "force_parallel_mode"].map((name) =>
        attempt(session, `SET ${name} = on`),
      ),
    );
    expect(parallel.filter(({ code }) => code === undefined)).to.have.length(1);
    await seesTheSame(session, "parallel");
  });
});
