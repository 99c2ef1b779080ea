WITH
-- include: ../shared/attainment.sql
, parts AS (
  SELECT *
  FROM quota_parts
  WHERE span = 'now' AND currency = :currency
),
totals AS (
  SELECT true AS is_total, count(*) AS row_count, sum(amount) AS quota_amount, sum(amount_to_date) AS quota_to_date_amount
  FROM parts
  HAVING count(*) > 0
)
SELECT
  true AS is_total,
  row_count,
  NULL::uuid AS owner_user_id,
  'All ' || row_count || CASE WHEN row_count = 1 THEN ' quota' ELSE ' quotas' END AS rep_name,
  NULL AS team_name,
  NULL AS period_name,
  NULL AS period_kind,
  NULL::numeric AS period_amount,
  NULL::date AS part_from,
  NULL::date AS part_to,
  NULL::integer AS day_count,
  false AS is_prorated,
  :currency AS currency,
  quota_amount,
  quota_to_date_amount
FROM totals
UNION ALL
SELECT
  false,
  NULL,
  owner_user_id,
  coalesce(people.name, '(none)'),
  coalesce(people.team_name, '(none)'),
  period_name,
  period_kind,
  period_amount,
  part_from,
  part_to,
  day_count,
  is_prorated,
  currency,
  amount,
  amount_to_date
FROM parts
LEFT JOIN reporting.users AS people ON people.user_id = owner_user_id
ORDER BY is_total DESC, rep_name, owner_user_id, part_from
