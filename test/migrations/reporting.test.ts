import { expect } from "chai";
import { asReader, EVERYTHING } from "../../src/db/transaction.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
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

  const columns = async (view: string) =>
    names(`
      SELECT attname || ' ' || format_type(atttypid, atttypmod) AS name
      FROM pg_attribute
      WHERE attrelid = 'reporting.${view}'::regclass AND attnum > 0 AND NOT attisdropped
      ORDER BY attnum`);

  const promised: Record<string, string> = {
    sales_dashboard: `opportunity_id uuid, opportunity_name text, owner_user_id uuid, owner_name text, team_id uuid,
      team_name text, company_id uuid, company_name text, industry text, lead_source text, product_id uuid,
      product_name text, stage text, stage_position integer, status text, currency text, amount numeric(19,4),
      probability numeric(5,4), weighted_amount numeric(19,4), forecast_category text, created_on date, close_on date,
      closed_at timestamp with time zone, cycle_days integer`,
    rep_weekly_scores: `rep_user_id uuid, rep_name text, team_id uuid, team_name text, week_on date,
      week_at timestamp with time zone, iso_year integer, iso_week integer, signal_name text, call_count bigint,
      score_sum numeric, mean_score numeric(19,6)`,
    rep_daily_activities: `owner_user_id uuid, owner_name text, team_id uuid, team_name text, activity_on date, week_on date,
      iso_year integer, iso_week integer, activity_type text, completed_count bigint, planned_count bigint,
      first_activity_at timestamp with time zone, last_activity_at timestamp with time zone`,
    signal_outcomes: `opportunity_id uuid, opportunity_name text, owner_user_id uuid, owner_name text, team_id uuid,
      team_name text, industry text, lead_source text, product_name text, close_on date,
      closed_at timestamp with time zone, status text, amount numeric(19,4), currency text, signal_name text,
      signal_value numeric(19,6), conversation_count bigint, quartile integer`,
    signal_outcome_days: `close_on date, signal_name text, quartile integer, status text, currency text, deal_count bigint,
      amount_count bigint, amount_sum numeric`,
    deal_days: `close_on date, status text, stage text, stage_position integer, currency text, deal_count bigint,
      amount_count bigint, amount_sum numeric, weighted_count bigint, weighted_sum numeric, cycle_count bigint,
      cycle_days_sum bigint, negative_cycle_count bigint`,
    forecast_days: `close_on date, status text, stage text, stage_position integer, forecast_category text, currency text,
      deal_count bigint, amount_count bigint, amount_sum numeric, weighted_sum numeric`,
    pipeline_steps: `close_on date, day_on date, currency text, change_count bigint, deal_count bigint, amount_count bigint,
      amount_sum numeric, weighted_sum numeric`,
    rep_weekly_calls: `rep_user_id uuid, rep_name text, team_id uuid, team_name text, week_on date, iso_year integer,
      iso_week integer, call_count bigint, timed_call_count bigint, duration_seconds bigint`,
    call_weeks: "week_on date, call_count bigint, timed_call_count bigint, duration_seconds bigint",
    conversations: `call_id text, title text, rep_user_id uuid, rep_name text, team_id uuid, team_name text, company_id uuid,
      company_name text, opportunity_id uuid, opportunity_name text, opportunity_currency text,
      started_at timestamp with time zone, started_on date, week_on date, iso_year integer, iso_week integer,
      duration_seconds integer, signal_count bigint`,
    conversation_signals: `call_id text, rep_user_id uuid, rep_name text, team_id uuid, team_name text,
      started_at timestamp with time zone, started_on date, signal_name text, scoring_version text, signal_value numeric,
      signal_text text, confidence numeric(5,4), scored_at timestamp with time zone, is_newest boolean`,
    won_deals: `opportunity_id uuid, opportunity_name text, owner_user_id uuid, owner_name text, team_id uuid,
      team_name text, present_owner_user_id uuid, company_id uuid, company_name text, industry text, lead_source text,
      product_id uuid, product_name text, currency text, amount numeric(19,4), created_on date, close_on date,
      closed_at timestamp with time zone, is_closing_recorded boolean, cycle_days integer, line_count bigint,
      lines_amount numeric(19,4)`,
    won_deal_lines: `opportunity_id uuid, owner_user_id uuid, close_on date, line_no integer, quote_id uuid, product_id uuid,
      product_name text, quantity numeric(12,3), unit_price numeric(19,4), discount_rate numeric(5,4),
      line_amount numeric(19,4), currency text`,
    exchange_rates:
      "from_currency text, to_currency text, valid_from_on date, valid_until_on date, rate numeric(20,10)",
    signal_weeks: "week_on date, signal_name text, call_count bigint, score_sum numeric",
    rep_score_spans: `kind text, starts_on date, ends_on date, rep_user_id uuid, signal_name text, week_count bigint,
      call_count bigint, score_sum numeric, mean_sum numeric, call_square_sum bigint, call_square_mean_sum numeric,
      call_mean_square_sum numeric, number_sum bigint, number_square_sum bigint, number_mean_sum numeric`,
    signal_cut_points: `signal_name text, p25 numeric(19,6), p50 numeric(19,6), p75 numeric(19,6),
      minimum_value numeric(19,6), maximum_value numeric(19,6), opportunity_count bigint, as_of timestamp with time zone`,
    pipeline_history: `opportunity_id uuid, opportunity_name text, valid_from timestamp with time zone,
      valid_until timestamp with time zone, valid_from_on date, valid_until_on date, recorded_from timestamp with time zone,
      recorded_from_on date, created_on date, owner_user_id uuid, owner_name text, team_id uuid, team_name text,
      present_owner_user_id uuid, company_id uuid, company_name text, industry text, lead_source text, product_id uuid,
      product_name text, stage text, stage_position integer, status text, currency text, amount numeric(19,4),
      probability numeric(5,4), weighted_amount numeric(19,4), close_on date, previous_stage text, previous_status text,
      previous_amount numeric(19,4), previous_close_on date, is_push boolean, push_count bigint`,
    stage_funnel: `opportunity_id uuid, opportunity_name text, stage text, stage_position integer, stage_outcome text,
      owner_user_id uuid, owner_name text, team_id uuid, team_name text, company_id uuid, company_name text, industry text,
      lead_source text, product_id uuid, product_name text, status text, currency text, amount numeric(19,4), created_on date,
      recorded_from_on date, reached_at timestamp with time zone, reached_on date, first_entered_at timestamp with time zone,
      entry_count bigint, seconds_in_stage numeric(19,6), current_since timestamp with time zone, has_advanced boolean,
      advanced_at timestamp with time zone`,
    lead_conversion: `lead_id uuid, lead_name text, owner_user_id uuid, owner_name text, team_id uuid, team_name text,
      company_name text, industry text, lead_source text, status text, created_at timestamp with time zone, created_on date,
      is_converted boolean, converted_at timestamp with time zone, converted_on date, days_to_convert numeric(12,4),
      converted_within_30_days boolean, converted_within_60_days boolean, converted_within_90_days boolean`,
    support_cases: `case_id uuid, case_number bigint, subject text, owner_user_id uuid, owner_name text, team_id uuid,
      team_name text, company_id uuid, company_name text, industry text, priority text, priority_position integer,
      status text, is_open boolean, opened_at timestamp with time zone, opened_on date,
      first_reply_at timestamp with time zone, first_reply_on date, seconds_to_first_reply numeric(19,6),
      first_resolved_at timestamp with time zone, first_resolved_on date, seconds_to_first_resolution numeric(19,6),
      last_resolved_at timestamp with time zone, last_resolved_on date, seconds_to_last_resolution numeric(19,6),
      reopen_count bigint`,
    case_open_times: `case_id uuid, case_number bigint, open_from timestamp with time zone,
      open_until timestamp with time zone, open_from_on date, open_until_on date, is_reopening boolean,
      owner_user_id uuid, owner_name text, team_id uuid, team_name text, company_id uuid, company_name text, industry text,
      priority text, priority_position integer`,
    quotas: `owner_user_id uuid, owner_name text, team_id uuid, team_name text, fiscal_period_id uuid, period_kind text,
      period_name text, starts_on date, ends_on date, amount numeric(19,4), currency text`,
    fiscal_periods:
      "fiscal_period_id uuid, kind text, name text, fiscal_year integer, starts_on date, ends_on date",
    users:
      "user_id uuid, name text, team_id uuid, team_name text, is_active boolean, manager_user_id uuid",
    teams: "team_id uuid, name text",
    annotations: `annotation_id uuid, day_on date, note text, visibility text, author_user_id uuid, author_name text,
      created_at timestamp with time zone`,
    mart_freshness: `mart text, refreshed_at timestamp with time zone, duration_seconds numeric(12,3), row_count bigint,
      last_status text, last_error text, cron text, is_live boolean, changed_key_count bigint, drift bigint`,
  };
  for (const [view, list] of Object.entries(promised)) {
    it(`keeps the columns of ${view}`, async () => {
      const expected = list.split(/,\s+/).map((column) => column.trim());
      expect(await columns(view)).to.deep.equal(expected);
    });
  }

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
    const scores = "conversation_signals.signal_value";
    expect(inexact.filter((name) => !name.endsWith("_sum") && name !== scores)).to.deep.equal([]);
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
