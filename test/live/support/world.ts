import type { Queryable } from "../../../src/db/queryable.ts";
import { KEPT } from "./tables.ts";

export const REPS = 6;
export const COMPANIES = 12;
export const DEALS = 60;
export const CALLS = 150;
export const SIGNALS = ["talk_ratio", "sentiment", "questions", "engagement"];

/** Sum of the amounts of the deals that only change hands. */
export const KEPT_TOTAL = 1000;

/** The id of the nth row of a kind: known to every writer, whether the row is there or not. */
export const idOf = (kind: string, number: number) => `md5('${kind} ${number}')::uuid`;

/** A small business, so that writers meet each other all the time. */
export async function addWorld(db: Queryable, size = 1) {
  for (const sql of WORLD) await db.query(sql.replaceAll("SIZE", String(size)));
}

const WORLD = [
  `INSERT INTO crm.users (id, email, first_name)
   SELECT md5('rep ' || n)::uuid, n || '@example.com', 'Rep ' || n FROM generate_series(0, ${REPS} * SIZE - 1) AS n`,
  `INSERT INTO crm.products (name) SELECT 'Product ' || n FROM generate_series(1, 3) AS n`,
  `INSERT INTO crm.companies (id, name, industry)
   SELECT md5('company ' || n)::uuid, 'Company ' || n, 'Industry ' || n % 4 FROM generate_series(0, ${COMPANIES} * SIZE - 1) AS n`,
  `INSERT INTO crm.opportunities
     (id, name, company_id, owner_user_id, primary_product_id, stage, amount, close_date, lead_source, created_at)
   SELECT
     md5('deal ' || n)::uuid, 'Deal ' || n, md5('company ' || n % (${COMPANIES} * SIZE))::uuid, md5('rep ' || n % (${REPS} * SIZE))::uuid,
     (SELECT id FROM crm.products ORDER BY id OFFSET n % 3 LIMIT 1),
     (enum_range(NULL::crm.opportunity_stage))[1 + n % 8], n * 10, date '2026-11-01' + n % 30, 'Web',
     timestamptz '2026-09-01' + n % 50 * interval '1 day'
   FROM generate_series(0, ${DEALS} * SIZE - 1) AS n`,
  `INSERT INTO crm.opportunities (id, name, company_id, amount, lead_source, source)
   SELECT md5('kept ' || n)::uuid, 'Kept', md5('company 0')::uuid, ${KEPT_TOTAL} / 10, '${KEPT}', '${KEPT}'
   FROM generate_series(1, 10) AS n`,
  `INSERT INTO crm.quotes (id, opportunity_id, status)
   SELECT md5('quote ' || n)::uuid, md5('deal ' || n)::uuid, CASE n % 3 WHEN 0 THEN 'Sent' ELSE 'Accepted' END::crm.quote_status
   FROM generate_series(0, ${DEALS} * SIZE - 1) AS n`,
  `INSERT INTO crm.quote_line_items (quote_id, product_id, quantity, unit_price)
   SELECT quotes.id, products.id, 2, 5 FROM crm.quotes CROSS JOIN crm.products WHERE products.name <> 'Product 3'`,
  `INSERT INTO crm.conversations (call_id, rep_user_id, company_id, opportunity_id, started_at)
   SELECT
     'call ' || n, md5('rep ' || n % (${REPS} * SIZE))::uuid, md5('company ' || n % (${COMPANIES} * SIZE))::uuid, md5('deal ' || n % (${DEALS} * SIZE))::uuid,
     timestamptz '2026-10-05' + n % 30 * interval '1 day'
   FROM generate_series(0, ${CALLS} * SIZE - 1) AS n`,
  `INSERT INTO crm.conversation_signals (call_id, signal_name, signal_value)
   SELECT call_id, signal_name, 0.5 FROM crm.conversations, unnest('{${SIGNALS}}'::text[]) AS signal_name`,
  `INSERT INTO crm.leads (first_name, last_name, company_name, lead_source, owner_user_id, created_at)
   SELECT 'Lea', 'Lead ' || n, 'Lead Ltd.', 'Web', md5('rep ' || n % (${REPS} * SIZE))::uuid, timestamptz '2026-09-01' + n % 50 * interval '1 day'
   FROM generate_series(0, 40 * SIZE - 1) AS n`,
  `INSERT INTO crm.cases (subject, company_id, owner_user_id, created_at)
   SELECT 'Case ' || n, md5('company ' || n % (${COMPANIES} * SIZE))::uuid, md5('rep ' || n % (${REPS} * SIZE))::uuid, timestamptz '2026-09-01' + n % 50 * interval '1 day'
   FROM generate_series(0, 40 * SIZE - 1) AS n`,
  "SELECT crm.ensure_activity_partitions('2026-08-01', '2026-12-31')",
  `INSERT INTO crm.activities (activity_type, subject, owner_user_id, activity_date, created_at)
   SELECT 'Call', 'Activity ' || n, md5('rep ' || n % (${REPS} * SIZE))::uuid, day, day
   FROM generate_series(0, 80 * SIZE - 1) AS n, LATERAL (SELECT timestamptz '2026-09-01' + n % 80 * interval '1 day' AS day) AS days`,
  "ANALYZE",
];
