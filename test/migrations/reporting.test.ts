import { expect } from "chai";
import { asReader, EVERYTHING } from "../../src/db/transaction.ts";
import { type Contract, promisedContract, readContract, unannounced } from "../support/contract.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { setTimeZone } from "../support/marts.ts";
import { rejection } from "../support/refusal.ts";

/** The public contract, asked from the catalogue, so that a new view cannot forget a part of it. */
describe("the reporting schema", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.drop());

  const names = async (sql: string) =>
    (await db.pool.query<{ name: string }>(sql)).rows.map(({ name }) => name);

  it("is what its contract says, and breaks no promise unless the version moves", async () => {
    const [promised, present] = [promisedContract(), await readContract(db.pool)];
    expect(unannounced(promised, present), "move reporting.contract").to.deep.equal([]);
    expect(present, "npm run contract writes it down").to.deep.equal(promised);
  });

  it("breaks a promise where something is gone or has another type, not where something is new", () => {
    const old: Contract = { version: 1, views: { deals: { id: "uuid", amount: "numeric" } } };
    const renewed = (views: Contract["views"], version = 1) => unannounced(old, { version, views });
    expect(renewed({ deals: { id: "uuid" } })).to.deep.equal(["deals.amount is gone"]);
    expect(renewed({})).to.deep.equal(["deals is gone"]);
    expect(renewed({ deals: { id: "text", amount: "numeric" } })).to.deep.equal([
      "deals.id was uuid and is text",
    ]);
    expect(
      renewed({ deals: { amount: "numeric", note: "text", id: "uuid" }, more: {} }),
    ).to.deep.equal([]);
    expect(renewed({}, 2)).to.deep.equal([]);
  });

  it("gives every view over time a day for spreadsheets and an instant for charts", async () => {
    const { views } = promisedContract();
    // As they are now, not over time.
    const present = ["contract", "mart_freshness", "signal_cut_points"];
    const lacking = Object.entries(views).filter(([view, columns]) => {
      const types = new Set(Object.values(columns));
      return !present.includes(view) && types.has("date") !== types.has("timestamp with time zone");
    });
    expect(lacking).to.deep.equal([]);
  });

  it("begins days at their first instant in the business zone, also where clocks change at midnight", async () => {
    await setTimeZone(db.pool, "America/Santiago");
    await db.pool.query(
      `INSERT INTO crm.fiscal_periods (kind, name, fiscal_year, starts_on, ends_on)
       VALUES ('month', 'Spring', 2026, '2026-09-06', '2026-10-05')`,
    );
    const { rows } = await db.pool.query(
      "SELECT starts_at FROM reporting.fiscal_periods WHERE name = 'Spring'",
    );
    await setTimeZone(db.pool, "UTC");
    // There, midnight of that day was skipped: the day begins at 1.
    expect(rows).to.deep.equal([{ starts_at: "2026-09-06 04:00:00+00" }]);
  });

  it("describes every view and every column", async () => {
    const silent = await names(`
      SELECT class.relname || coalesce('.' || attname, '') AS name
      FROM pg_class AS class
      CROSS JOIN LATERAL (
        SELECT NULL::name AS attname, 0 AS attnum
        UNION ALL
        SELECT attname, attnum FROM pg_attribute WHERE attrelid = class.oid AND attnum > 0 AND NOT attisdropped
      ) AS parts
      WHERE class.relnamespace IN ('reporting'::regnamespace, 'mart'::regnamespace)
        AND class.relkind IN ('v', 'm')
        AND class.relname !~ '_(definition|live|own|all|visible|kept|touched|keys)$'
        AND coalesce(col_description(class.oid, attnum), '') !~ '\\w'
        AND NOT (attnum = 0 AND obj_description(class.oid, 'pg_class') ~ '\\w')`);
    expect(silent).to.deep.equal([]);
  });

  it("says of each view and mart what a row is", async () => {
    const silent = await names(`
      SELECT oid::regclass::text AS name FROM pg_class
      WHERE relnamespace IN ('reporting'::regnamespace, 'mart'::regnamespace) AND relkind IN ('v', 'm')
        AND relname !~ '_(own|all|visible|kept|touched|keys)$'
        AND coalesce(obj_description(oid, 'pg_class'), '') !~* '(one row per .*unique by)'`);
    expect(silent).to.deep.equal([]);
  });

  it("shows plain types only, which every tool reads and row predicates can use", async () => {
    const odd = await names(`
      SELECT attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) AS name
      FROM pg_attribute
      JOIN pg_class ON pg_class.oid = attrelid
      WHERE relnamespace = 'reporting'::regnamespace AND attnum > 0 AND NOT attisdropped
        AND atttypid <> ALL ('{bigint,integer,numeric,boolean,text,date,timestamptz,uuid}'::regtype[])`);
    expect(odd).to.deep.equal([]);
    const inexact = await names(`
      SELECT relname || '.' || attname AS name
      FROM pg_attribute
      JOIN pg_class ON pg_class.oid = attrelid
      WHERE relnamespace = 'reporting'::regnamespace AND attnum > 0 AND atttypid = 'numeric'::regtype AND atttypmod = -1`);
    // Scores as they came, and sums of them: rounding one would change the mean.
    const ofScores =
      /^(rep_score_spans\..*_sum|\w+\.score_sum|conversation_signals\.signal_value)$/;
    expect(inexact.filter((name) => !ofScores.test(name))).to.deep.equal([]);
  });

  it("consists of security-barrier views with their owner's rights", async () => {
    const wrong = await names(`
      SELECT relname AS name FROM pg_class
      WHERE relnamespace = 'reporting'::regnamespace AND relkind <> 'c'
        AND (relkind <> 'v' OR reloptions IS DISTINCT FROM '{security_barrier=true}')`);
    expect(wrong).to.deep.equal([]);
  });

  it("is all that the reader may read", async () => {
    const readable = await names(`
      SELECT oid::regclass::text AS name FROM pg_class
      WHERE relkind IN ('r', 'p', 'v', 'm', 'S') AND relnamespace IN (
        SELECT oid FROM pg_namespace WHERE nspname IN ('crm', 'mart', 'reporting', 'ops', 'stats')
      )
      AND CASE WHEN relkind = 'S'
        THEN has_sequence_privilege('tidemark_reader', oid, 'USAGE, SELECT, UPDATE')
        ELSE has_table_privilege('tidemark_reader', oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
      END`);
    const views = await names(
      "SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace = 'reporting'::regnamespace",
    );
    expect(readable).to.have.members(views);
    const open = await names(`
      SELECT nspname AS name FROM pg_namespace
      WHERE nspname IN ('crm', 'mart', 'ops', 'pgboss') AND has_schema_privilege('tidemark_reader', oid, 'USAGE, CREATE')`);
    expect(open).to.deep.equal([]);
    for (const table of ["crm.users", "mart.sales_dashboard", "ops.refresh_runs"]) {
      const read = asReader(db.pool, EVERYTHING, (client) => client.query(`SELECT FROM ${table}`));
      expect((await rejection(read)).code, table).to.equal("42501");
    }
  });

  it("lets the reader write nothing", async () => {
    const writable = await names(`
      SELECT oid::regclass::text AS name FROM pg_class
      WHERE relnamespace = 'reporting'::regnamespace
        AND has_table_privilege('tidemark_reader', oid, 'INSERT, UPDATE, DELETE, TRUNCATE')`);
    expect(writable).to.deep.equal([]);
  });

  it("gives every mart a definition, a unique index on plain columns, and a reporting view of its name", async () => {
    const marts = await names(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'mart'::regnamespace AND relkind = 'm'",
    );
    expect(marts).to.have.members([
      "sales_dashboard",
      "rep_weekly_scores",
      "rep_weekly_calls",
      "rep_daily_activities",
      "signal_outcomes",
      "signal_cut_points",
      "pipeline_history",
      "stage_funnel",
      "lead_conversion",
      "support_cases",
      "case_open_times",
      "won_deals",
    ]);
    for (const mart of marts) {
      const [found] = (
        await db.pool.query(
          `SELECT
             to_regclass('mart.' || $1 || '_definition') IS NOT NULL AS definition,
             to_regclass('reporting.' || $1) IS NOT NULL AS reporting,
             pg_get_viewdef(('mart.' || $1)::regclass) ~ ('FROM mart.' || $1 || '_definition') AS reads_definition,
             EXISTS (
               SELECT FROM pg_index
               WHERE indrelid = ('mart.' || $1)::regclass AND indisunique AND indpred IS NULL AND indexprs IS NULL
             ) AS key`,
          [mart],
        )
      ).rows;
      expect(found, mart).to.deep.equal({
        definition: true,
        reporting: true,
        reads_definition: true,
        key: true,
      });
    }
  });
});
