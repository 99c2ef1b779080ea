import type { Random } from "./random.ts";
import { deleteOf, insertOf, KEPT, type SourceTable, updateOf, valueFor } from "./tables.ts";
import { CALLS, COMPANIES, DEALS, idOf, REPS, SIGNALS } from "./world.ts";

/** One statement that somebody might write, by chance. */
export type Write = (random: Random) => string;

const rep = (random: Random) =>
  random.onceIn(8)
    ? "NULL"
    : `(SELECT id FROM crm.users WHERE id = ${idOf("rep", random.below(REPS))})`;
const deal = (random: Random) =>
  random.onceIn(8)
    ? "NULL"
    : `(SELECT id FROM crm.opportunities WHERE id = ${idOf("deal", random.below(DEALS))})`;
const quote = (random: Random) => idOf("quote", random.below(DEALS));
const company = (random: Random) => idOf("company", random.below(COMPANIES));
const call = (random: Random) => `'call ${random.below(CALLS)}'`;
const instant = (random: Random) =>
  `timestamptz '2026-10-05' + ${random.below(35 * 24)} * interval '1 hour'`;

/** What happens all day. */
export const WRITES: readonly Write[] = [
  // A call to another rep, week or deal.
  (r) => `UPDATE crm.conversations SET rep_user_id = ${rep(r)} WHERE call_id = ${call(r)}`,
  (r) => `UPDATE crm.conversations SET started_at = ${instant(r)} WHERE call_id = ${call(r)}`,
  (r) => `UPDATE crm.conversations SET opportunity_id = ${deal(r)} WHERE call_id = ${call(r)}`,
  (r) => `UPDATE crm.conversations SET rep_user_id = ${rep(r)} WHERE opportunity_id = ${deal(r)}`,
  // A late call, or one delivered again.
  (r) => `INSERT INTO crm.conversations (call_id, rep_user_id, opportunity_id, started_at)
    VALUES (${call(r)}, ${rep(r)}, ${deal(r)}, ${instant(r)})
    ON CONFLICT (call_id) DO UPDATE SET started_at = EXCLUDED.started_at, rep_user_id = EXCLUDED.rep_user_id`,
  (r) => `DELETE FROM crm.conversations WHERE call_id = ${call(r)}`,
  score,
  score,
  score,
  (r) => `INSERT INTO crm.conversation_signals (call_id, signal_name, signal_value)
    SELECT call_id, signal_name, ${r.below(100)} / 8.0
    FROM crm.conversations CROSS JOIN unnest('{${SIGNALS}}'::text[]) AS signal_name WHERE call_id = ${call(r)}
    ON CONFLICT DO NOTHING`,
  (r) => `DELETE FROM crm.conversation_signals WHERE call_id = ${call(r)}`,
  // A deal to another company, stage, day or person.
  (r) => `UPDATE crm.opportunities SET company_id = ${company(r)} WHERE id = ${deal(r)}`,
  (r) => `UPDATE crm.opportunities SET owner_user_id = ${rep(r)} WHERE id = ${deal(r)}`,
  (r) => `UPDATE crm.opportunities
    SET stage = (enum_range(NULL::crm.opportunity_stage))[${1 + r.below(8)}], close_date = date '2026-10-01' + ${r.below(60)}
    WHERE id = ${deal(r)}`,
  (r) => `MERGE INTO crm.opportunities AS deals
    USING (SELECT ${idOf("deal", r.below(DEALS))} AS id) AS given ON deals.id = given.id
    WHEN MATCHED AND ${r.onceIn(3)} THEN DELETE
    WHEN MATCHED THEN UPDATE SET amount = ${r.below(1000)}
    WHEN NOT MATCHED THEN INSERT (id, name, company_id, stage, close_date)
      VALUES (given.id, 'Back', ${company(r)}, 'Closed Won', '2026-11-05')`,
  (r) =>
    `UPDATE crm.opportunities SET amount = amount + 1 WHERE company_id = ${company(r)} AND source <> '${KEPT}'`,
  // A quote that is taken, or is another deal's, and what stands on it.
  (
    r,
  ) => `UPDATE crm.quotes SET status = '${r.pick(["Sent", "Accepted"])}', opportunity_id = coalesce(${deal(r)}, opportunity_id)
    WHERE id = ${quote(r)}`,
  (r) =>
    `UPDATE crm.quote_line_items SET quantity = ${1 + r.below(9)} WHERE quote_id = ${quote(r)}`,
  // A company of many deals.
  (r) => `UPDATE crm.companies SET industry = 'Industry ${r.below(6)}' WHERE id = ${company(r)}`,
  (r) =>
    `INSERT INTO crm.companies (id, name) VALUES (${company(r)}, 'Again') ON CONFLICT (id) DO NOTHING`,
];

function score(random: Random) {
  const value = random.onceIn(6) ? "NULL, 'words'" : `${random.below(100)} / 7.0, NULL`;
  return `INSERT INTO crm.conversation_signals (call_id, signal_name, scoring_version, signal_value, signal_text, scored_at)
    SELECT call_id, '${random.pick(SIGNALS)}', '${1 + random.below(3)}', ${value}, timestamptz '2026-11-01' + ${random.below(3)} * interval '1 hour'
    FROM crm.conversations WHERE call_id = ${call(random)}
    ON CONFLICT (call_id, signal_name, scoring_version) DO UPDATE
      SET signal_value = EXCLUDED.signal_value, signal_text = EXCLUDED.signal_text, scored_at = EXCLUDED.scored_at`;
}

/** Any change of any row of any table that a live mart reads: what nobody thought of. */
export const anyWrite =
  (tables: readonly SourceTable[]): Write =>
  (random) => {
    const table = random.pick(tables);
    const offset = random.below(60);
    const kind = random.below(6);
    if (kind === 0) return deleteOf(table, offset);
    if (kind === 1) {
      return insertOf(table, { offset, uuid: random.uuid(), word: `word ${random.below(400)}` });
    }
    const column = random.pick(table.columns);
    return updateOf(table, column.name, valueFor(table, column, random), offset);
  };

/** What concerns every row, or locks whole tables. */
export const UPHEAVALS: readonly Write[] = [
  (r) =>
    `UPDATE ops.settings SET value = '${r.pick(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland"])}' WHERE key = 'business_time_zone'`,
  (r) =>
    `UPDATE crm.opportunity_stages SET default_probability = ${r.below(100)} / 100.0 WHERE position = ${1 + r.below(8)}`,
  () => `INSERT INTO crm.opportunity_stages
    SELECT stage, 100 + row_number() OVER (), 'won', 1, 'Closed' FROM unnest(enum_range(NULL::crm.opportunity_stage)) AS stage
    ON CONFLICT DO NOTHING`,
  () => "UPDATE crm.opportunity_stages SET position = position - 100 WHERE position > 100",
  (r) => `DELETE FROM crm.users WHERE id = ${idOf("rep", r.below(REPS))}`,
  () => `INSERT INTO crm.users (id, email, first_name)
    SELECT md5('rep ' || n)::uuid, n || '@example.com', 'Rep ' || n FROM generate_series(0, ${REPS - 1}) AS n ON CONFLICT DO NOTHING`,
  () => "TRUNCATE crm.conversation_signals",
  () => "TRUNCATE crm.conversations CASCADE",
  () => REFILL,
  () => REFILL,
  () => RESCORE,
  () => RESCORE,
];

const REFILL = `
  INSERT INTO crm.conversations (call_id, rep_user_id, opportunity_id, started_at)
  SELECT
    'call ' || n, (SELECT id FROM crm.users ORDER BY id OFFSET n % ${REPS} LIMIT 1),
    (SELECT id FROM crm.opportunities ORDER BY id OFFSET n % ${DEALS} LIMIT 1), timestamptz '2026-10-05' + n % 30 * interval '1 day'
  FROM generate_series(0, ${CALLS - 1}) AS n
  ON CONFLICT DO NOTHING`;
const RESCORE = `
  INSERT INTO crm.conversation_signals (call_id, signal_name, signal_value)
  SELECT call_id, signal_name, 0.25 FROM crm.conversations, unnest('{${SIGNALS}}'::text[]) AS signal_name
  ON CONFLICT DO NOTHING`;

const month = (random: Random) => 8 + random.below(5);
const partition = (number: number) => `crm.activities_y2026m${String(number).padStart(2, "0")}`;
const day = (number: number) => `'2026-${String(number).padStart(2, "0")}-01Z'`;
const attach = (number: number) =>
  `ALTER TABLE crm.activities ATTACH PARTITION ${partition(number)} FOR VALUES FROM (${day(number)}) TO (${number === 12 ? "'2027-01-01Z'" : day(number + 1)})`;
const addActivity = (random: Random, into: string, number: number) =>
  `INSERT INTO ${into} (activity_type, owner_user_id, activity_date, created_at)
    SELECT 'Email', ${rep(random)}, at, at FROM (SELECT timestamptz ${day(number)} + ${random.below(27)} * interval '1 day') AS days (at)`;

/** Rows written straight into a partition. */
export const PARTITION_WRITES: readonly Write[] = [
  (r) => addActivity(r, "crm.activities", month(r)),
  (r) => {
    const number = month(r);
    return addActivity(r, partition(number), number);
  },
  (r) =>
    `UPDATE ${partition(month(r))} SET owner_user_id = ${rep(r)}, completed_at = activity_date WHERE extract(day FROM created_at) = ${1 + r.below(28)}`,
  (r) =>
    `DELETE FROM ${partition(month(r))} WHERE extract(day FROM created_at) = ${1 + r.below(28)}`,
];

/** Partitions that come and go. */
export const PARTITION_UPHEAVALS: readonly Write[] = [
  (r) => `TRUNCATE ${partition(month(r))} CASCADE`,
  (r) => `ALTER TABLE crm.activities DETACH PARTITION ${partition(month(r))}`,
  (r) => attach(month(r)),
  (r) => attach(month(r)),
  (r) => {
    const number = month(r);
    return `ALTER TABLE crm.activities DETACH PARTITION ${partition(number)};
      UPDATE ${partition(number)} SET activity_type = 'Meeting'; ${attach(number)}`;
  },
  (r) => `DROP TABLE ${partition(month(r))} CASCADE`,
  () => "SELECT crm.ensure_activity_partitions('2026-08-01', '2026-12-31')",
  () => "SELECT mart.capture_partitions('crm.activities')",
];

/** Two deals share what one of them had: nothing is lost between the two statements. */
export const payOver = (random: Random) => {
  const amount = random.below(20);
  const one = 1 + random.below(10);
  const other = 1 + random.below(10);
  return [
    `UPDATE crm.opportunities SET amount = amount - ${amount} WHERE id = ${idOf("kept", one)}`,
    `UPDATE crm.opportunities SET amount = amount + ${amount} WHERE id = ${idOf("kept", other)}`,
  ];
};
