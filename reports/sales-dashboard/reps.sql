-- include: deals.sql
, sums AS (
  -- Of all deals, the indexes by day have what is asked of those of one range of days: of open ones no more than their worth. Each
  -- range is added up by itself, so that few rows are put together.
  SELECT
    owner_user_id,
    sum(amount) FILTER (WHERE status = 'won') AS won_amount,
    count(*) FILTER (WHERE status = 'won') AS won_count,
    count(*) AS closed_count,
    NULL::numeric AS compare_won_amount,
    0 AS open_count,
    NULL::numeric AS open_amount,
    NULL::numeric AS open_weighted_amount
  FROM reporting.sales_dashboard
  WHERE :sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0 AND :cf IS NULL
    AND currency = :currency AND status <> 'open' AND close_on BETWEEN :period_from AND :period_through
  GROUP BY owner_user_id
  UNION ALL
  SELECT owner_user_id, NULL, 0, 0, sum(amount) FILTER (WHERE status = 'won'), 0, NULL, NULL
  FROM reporting.sales_dashboard
  WHERE :sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0 AND :cf IS NULL
    AND currency = :currency AND status <> 'open' AND close_on BETWEEN :compare_from AND :compare_through
  GROUP BY owner_user_id
  UNION ALL
  SELECT owner_user_id, NULL, 0, 0, NULL, count(*), sum(amount), sum(weighted_amount)
  FROM reporting.sales_dashboard
  WHERE :sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0 AND :cf IS NULL
    AND currency = :currency AND status = 'open' AND close_on BETWEEN greatest(:period_from, :today) AND :period_to
  GROUP BY owner_user_id
  UNION ALL
  SELECT owner_user_id, NULL, 0, 0, NULL, count(*), sum(amount), sum(weighted_amount)
  FROM reporting.sales_dashboard
  WHERE :sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0 AND :cf IS NULL
    AND currency = :currency AND status = 'open' AND close_on IS NULL AND :period_days IS NULL
  GROUP BY owner_user_id
  UNION ALL
  SELECT
    owner_user_id,
    sum(amount) FILTER (WHERE is_closed_now AND status = 'won'),
    count(*) FILTER (WHERE is_closed_now AND status = 'won'),
    count(*) FILTER (WHERE is_closed_now),
    sum(amount) FILTER (WHERE is_closed_then AND status = 'won'),
    count(*) FILTER (WHERE is_open_now),
    sum(amount) FILTER (WHERE is_open_now),
    sum(weighted_amount) FILTER (WHERE is_open_now)
  FROM scope
  CROSS JOIN LATERAL (
    SELECT
      status <> 'open' AND close_on BETWEEN :period_from AND :period_through AS is_closed_now,
      status <> 'open' AND close_on BETWEEN :compare_from AND :compare_through AS is_closed_then,
      status = 'open'
        AND (close_on BETWEEN greatest(:period_from, :today) AND :period_to
          OR (close_on IS NULL AND :period_days IS NULL)) AS is_open_now
  ) AS roles
  WHERE currency = :currency AND (is_closed_now OR is_closed_then OR is_open_now)
  GROUP BY owner_user_id
),
figures AS (
  SELECT
    owner_user_id,
    sum(won_amount) AS won_amount,
    sum(won_count)::bigint AS won_count,
    sum(closed_count)::bigint AS closed_count,
    sum(compare_won_amount) AS compare_won_amount,
    sum(open_count)::bigint AS open_count,
    sum(open_amount) AS open_amount,
    sum(open_weighted_amount) AS open_weighted_amount
  FROM sums
  GROUP BY owner_user_id
),
reps AS (
  SELECT
    owner_user_id,
    coalesce(people.name, '(none)') AS owner_name,
    coalesce(people.team_name, '(none)') AS team_name,
    won_amount,
    coalesce(won_count, 0) AS won_count,
    coalesce(closed_count, 0) AS closed_count,
    compare_won_amount,
    quota_amount,
    coalesce(open_count, 0) AS open_count,
    open_amount,
    open_weighted_amount
  FROM figures
  FULL JOIN quotas USING (owner_user_id)
  LEFT JOIN reporting.users AS people ON people.user_id = owner_user_id
),
totals AS (
  SELECT
    grouping(owner_user_id) = 1 AS is_total,
    owner_user_id,
    CASE WHEN grouping(owner_user_id) = 1 THEN 'All ' || count(*) || CASE WHEN count(*) = 1 THEN ' rep' ELSE ' reps' END ELSE max(owner_name) END AS rep_name,
    CASE WHEN grouping(owner_user_id) = 0 THEN max(team_name) END AS team_name,
    count(*) AS row_count,
    coalesce(sum(won_amount), 0) AS won_amount,
    sum(won_count)::bigint AS won_count,
    sum(closed_count)::bigint AS closed_count,
    CASE WHEN :compare_from IS NOT NULL THEN coalesce(sum(compare_won_amount), 0) END AS compare_won_amount,
    sum(quota_amount) AS quota_amount,
    sum(open_count)::bigint AS open_count,
    -- Open deals without amounts are worth an unknown sum, not 0.
    CASE WHEN sum(open_count) = 0 THEN 0 ELSE sum(open_amount) END AS open_amount,
    CASE WHEN sum(open_count) = 0 THEN 0 ELSE sum(open_weighted_amount) END AS open_weighted_amount
  FROM reps
  GROUP BY GROUPING SETS ((owner_user_id), ())
  HAVING count(*) > 0
)
SELECT
  is_total,
  row_count,
  owner_user_id,
  rep_name,
  team_name,
  :currency AS currency,
  won_amount,
  won_count,
  quota_amount,
  round(won_amount / nullif(quota_amount, 0), 6) AS attainment_rate,
  compare_won_amount,
  round(won_amount / nullif(compare_won_amount, 0) - 1, 6) AS won_change,
  closed_count,
  round(won_count / nullif(closed_count, 0)::numeric, 6) AS win_rate,
  round(stats.wilson_low(won_count, closed_count)::numeric, 6) AS win_rate_low,
  round(stats.wilson_high(won_count, closed_count)::numeric, 6) AS win_rate_high,
  open_count,
  open_amount,
  open_weighted_amount
FROM totals
ORDER BY is_total DESC, won_amount DESC, rep_name, owner_user_id
