import { expect } from "chai";
import type pg from "pg";
import { refreshMarts } from "../../support/marts.ts";
import { attempt, describeAttacks, REFUSED } from "../../support/siege.ts";

describeAttacks("a BI login that wants to read more", (trial) => {
  it("reads nothing but views, with or without their schema's name", async () => {
    const { siege, session, isRefused, unbuckle } = trial;
    await unbuckle();
    const { rows } = await siege.db.pool.query<{ name: string }>(`
      SELECT oid::regclass::text AS name FROM pg_class
      WHERE relkind IN ('r', 'p', 'v', 'm', 'S')
        AND relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('crm', 'mart', 'ops', 'pgboss', 'own_rows', 'all_rows', 'own_kept', 'all_kept'))`);
    expect(rows).to.have.length.above(100);
    for (const { name } of rows) await isRefused(`SELECT FROM ${name}`);
    await session.query("SET search_path = crm, mart, ops, reporting");
    for (const name of ["opportunities", "bi_logins", "sales_dashboard_live"])
      await isRefused(`SELECT FROM ${name}`, ["42P01"]);
  });

  it("calls none of the functions behind them", async () => {
    const { siege, isRefused, unbuckle } = trial;
    await unbuckle();
    const { rows } = await siege.db.pool.query<{ call: string }>(`
      SELECT format('%I.%I(%s)', nspname, proname, (
        SELECT string_agg('NULL::' || format_type(type, NULL), ', ') FROM unnest(proargtypes) AS type
      )) AS call
      FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
      WHERE nspname IN ('crm', 'mart', 'ops') AND prorettype <> 'trigger'::regtype AND prokind = 'f'
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')`);
    expect(rows).to.have.length.above(50);
    for (const { call } of rows) await isRefused(`SELECT ${call}`);
  });

  it("reaches no file, no program, no other server and nobody else's session", async () => {
    const { siege, isRefused, unbuckle } = trial;
    await unbuckle();
    const { rows } = await siege.db.pool.query("SELECT pg_backend_pid() AS pid");
    for (const sql of [
      "COPY (SELECT 1) TO '/tmp/tidemark-attack'",
      "COPY (SELECT 1) TO PROGRAM 'true'",
      "SELECT pg_read_file('/etc/passwd')",
      "SELECT pg_read_binary_file('PG_VERSION')",
      "SELECT pg_ls_dir('.')",
      "SELECT pg_stat_file('PG_VERSION')",
      "SELECT pg_ls_logdir()",
      "SELECT pg_ls_waldir()",
      "SELECT lo_import('/etc/passwd')",
      "SELECT lo_export(1, '/tmp/tidemark-attack')",
      "SELECT pg_reload_conf()",
      "SELECT pg_switch_wal()",
      `SELECT pg_terminate_backend(${rows[0].pid})`,
      `SELECT pg_cancel_backend(${rows[0].pid})`,
      "SELECT * FROM pg_hba_file_rules",
      "SELECT * FROM pg_file_settings",
      "SELECT rolpassword FROM pg_authid",
      "SELECT * FROM pg_statistic",
      "SELECT * FROM pg_largeobject",
      "SELECT * FROM pg_user_mapping",
      "SELECT dblink_connect('dbname=postgres')",
    ])
      await isRefused(sql, [REFUSED, "42883"]);
  });

  it("finds nobody's rows or queries in the server's own views", async () => {
    const { siege, session } = trial;
    const service = await siege.db.pool.connect();
    await service.query("SELECT 'Sale-unowned' AS secret, pg_sleep(0)");
    for (const source of [
      "pg_stat_activity",
      "pg_prepared_statements",
      "pg_cursors",
      "pg_settings",
    ]) {
      const { rows } = await session.query(
        `SELECT coalesce(string_agg(source::text, ' '), '') AS seen FROM ${source} AS source`,
      );
      expect(rows[0].seen, source).not.to.match(/Sale-unowned/);
    }
    service.release();
    for (const source of ["pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"]) {
      const { rows } = await session.query(
        `SELECT FROM ${source} WHERE schemaname IN ('crm', 'mart', 'ops', 'pgboss')`,
      );
      expect(rows, source).to.deep.equal([]);
    }
  });

  it("hears nothing of anybody's rows where it listens", async () => {
    const { siege, session } = trial;
    const { rows: named } = await siege.db.pool.query<{ channel: string }>(`
      SELECT DISTINCT found[1] AS channel
      FROM pg_proc, regexp_matches(prosrc, '(?:pg_notify\\(|NOTIFY )''?(\\w+)', 'gi') AS found
      WHERE pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('crm', 'mart', 'ops', 'reporting', 'pgboss'))`);
    const heard: (string | undefined)[] = [];
    session.on("notification", ({ payload }) => heard.push(payload));
    for (const channel of ["tidemark", "pgboss", ...named.map((one) => one.channel)])
      await session.query(`LISTEN ${channel}`);
    await siege.db.pool.query(
      "UPDATE crm.opportunities SET amount = amount + 1; UPDATE crm.leads SET industry = industry || '!'; UPDATE crm.cases SET priority = 'High'",
    );
    await refreshMarts(siege.db.pool);
    // What it says itself comes last, to whoever listens.
    await session.query("NOTIFY tidemark, 'end'");
    await session.query("SELECT 1");
    expect(heard.filter((payload) => payload !== "")).to.deep.equal(["end"]);
  });

  it("may lift its time limit, and store large objects of its own: a seat belt, and no fence", async () => {
    const { siege, session } = trial;
    await session.query("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0");
    const { rows } = await session
      .query("BEGIN READ WRITE; SELECT lo_from_bytea(0, 'mine') AS oid")
      .then((results) => (results as unknown as pg.QueryResult[])[1] as pg.QueryResult);
    await session.query("COMMIT");
    const other = await siege.omniscient.connect();
    expect((await attempt(other, `SELECT lo_get(${rows[0].oid})`)).code).to.equal(REFUSED);
    await other.end();
    await session.query(`BEGIN READ WRITE; SELECT lo_unlink(${rows[0].oid}); COMMIT`);
  });
});
