-- include: deals.sql
, figures AS (
  SELECT
    CASE WHEN sum(amount_count) FILTER (WHERE is_won_now) > 0 THEN sum(amount_sum) FILTER (WHERE is_won_now) END AS won_amount,
    coalesce(sum(deal_count) FILTER (WHERE is_won_now), 0)::bigint AS won_count,
    coalesce(sum(deal_count) FILTER (WHERE is_closed_now), 0)::bigint AS closed_count,
    sum(amount_sum) FILTER (WHERE is_won_now) / nullif(sum(amount_count) FILTER (WHERE is_won_now), 0) AS mean_deal_amount,
    coalesce(sum(deal_count - amount_count) FILTER (WHERE is_won_now), 0)::bigint AS missing_amount_count,
    sum(amount_sum) FILTER (WHERE is_closed_now AND status = 'lost') AS lost_amount,
    sum(cycle_days_sum) FILTER (WHERE is_won_now)::numeric / nullif(sum(cycle_count) FILTER (WHERE is_won_now), 0) AS mean_cycle_days,
    coalesce(sum(negative_cycle_count) FILTER (WHERE is_won_now), 0)::bigint AS negative_cycle_count,
    CASE WHEN :compare_from IS NOT NULL THEN coalesce(sum(amount_sum) FILTER (WHERE is_won_then), 0) END AS compare_won_amount,
    coalesce(sum(deal_count) FILTER (WHERE is_won_then), 0)::bigint AS compare_won_count,
    coalesce(sum(deal_count) FILTER (WHERE is_closed_then), 0)::bigint AS compare_closed_count,
    CASE WHEN sum(amount_count) FILTER (WHERE is_open_now) > 0 THEN sum(amount_sum) FILTER (WHERE is_open_now) END AS open_amount,
    CASE
      WHEN sum(weighted_count) FILTER (WHERE is_open_now) > 0 THEN sum(weighted_sum) FILTER (WHERE is_open_now)
    END AS open_weighted_amount,
    coalesce(sum(deal_count) FILTER (WHERE is_open_now), 0)::bigint AS open_count,
    coalesce(sum(deal_count) FILTER (WHERE is_overdue), 0)::bigint AS overdue_count,
    CASE WHEN sum(amount_count) FILTER (WHERE is_overdue) > 0 THEN sum(amount_sum) FILTER (WHERE is_overdue) END AS overdue_amount,
    coalesce(sum(deal_count) FILTER (
      WHERE status = 'open' AND close_on IS NULL AND :period_days IS NOT NULL AND currency = :currency
    ), 0)::bigint AS undated_count,
    coalesce(sum(deal_count) FILTER (
      WHERE status = 'won' AND close_on > :period_through AND close_on <= :period_to AND currency = :currency
    ), 0)::bigint AS ahead_count,
    coalesce(sum(deal_count) FILTER (
      WHERE currency <> :currency AND (status = 'open' OR close_on BETWEEN :period_from AND :period_through)
    ), 0)::bigint AS other_currency_count
  FROM parts
  CROSS JOIN LATERAL (SELECT status = 'open' AND close_on < :today AND currency = :currency AS is_overdue) AS due
),
-- Won deals of both periods, each for itself: the indexes by day have what is asked of those of one range of days.
won_now AS (
  SELECT amount, cycle_days
  FROM reporting.sales_dashboard
  WHERE :sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0 AND :cf IS NULL
    AND currency = :currency AND status = 'won' AND close_on BETWEEN :period_from AND :period_through
  UNION ALL
  SELECT amount, cycle_days
  FROM scope
  WHERE currency = :currency AND status = 'won' AND close_on BETWEEN :period_from AND :period_through
),
won_then AS (
  SELECT amount, cycle_days
  FROM reporting.sales_dashboard
  WHERE :sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0 AND :cf IS NULL
    AND currency = :currency AND status = 'won' AND close_on BETWEEN :compare_from AND :compare_through
  UNION ALL
  SELECT amount, cycle_days
  FROM scope
  WHERE currency = :currency AND status = 'won' AND close_on BETWEEN :compare_from AND :compare_through
),
-- The amounts in order, of which the middle ones are looked up: an exact median of money.
amounts AS (
  SELECT
    now.amounts AS now,
    earlier.amounts AS earlier,
    now.median_cycle_days,
    earlier.median_cycle_days AS compare_median_cycle_days
  FROM (
    SELECT
      array_agg(amount ORDER BY amount) FILTER (WHERE amount IS NOT NULL) AS amounts,
      percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle_days) AS median_cycle_days
    FROM won_now
  ) AS now
  CROSS JOIN (
    SELECT
      array_agg(amount ORDER BY amount) FILTER (WHERE amount IS NOT NULL) AS amounts,
      percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle_days) AS median_cycle_days
    FROM won_then
  ) AS earlier
),
medians AS (
  SELECT
    (now[(cardinality(now) + 1) / 2] + now[cardinality(now) / 2 + 1]) / 2 AS median_deal_amount,
    (earlier[(cardinality(earlier) + 1) / 2] + earlier[cardinality(earlier) / 2 + 1]) / 2 AS compare_median_deal_amount,
    median_cycle_days,
    compare_median_cycle_days
  FROM amounts
)
SELECT
  :currency AS currency,
  coalesce(won_amount, 0) AS won_amount,
  won_count,
  quota_amount,
  round(coalesce(won_amount, 0) / nullif(quota_amount, 0), 6) AS attainment_rate,
  round(:elapsed_days / nullif(:period_days, 0)::numeric, 6) AS period_share,
  compare_won_amount,
  round(coalesce(won_amount, 0) / nullif(compare_won_amount, 0) - 1, 6) AS won_change,
  closed_count,
  round(won_count / nullif(closed_count, 0)::numeric, 6) AS win_rate,
  round(stats.wilson_low(won_count, closed_count)::numeric, 6) AS win_rate_low,
  round(stats.wilson_high(won_count, closed_count)::numeric, 6) AS win_rate_high,
  round(compare_won_count / nullif(compare_closed_count, 0)::numeric, 6) AS compare_win_rate,
  round(CASE WHEN lost_amount > 0 THEN won_amount / (won_amount + lost_amount) END, 6) AS win_rate_by_value,
  round(median_deal_amount, 4) AS median_deal_amount,
  round(mean_deal_amount, 4) AS mean_deal_amount,
  missing_amount_count,
  round(median_deal_amount / nullif(compare_median_deal_amount, 0) - 1, 6) AS median_deal_change,
  median_cycle_days,
  round(mean_cycle_days, 1) AS mean_cycle_days,
  compare_median_cycle_days,
  negative_cycle_count,
  -- greatest() would pass over a missing quota and say that none is left.
  CASE WHEN quota_amount IS NOT NULL THEN greatest(quota_amount - coalesce(won_amount, 0), 0) END AS remaining_quota_amount,
  open_count,
  open_amount,
  open_weighted_amount,
  CASE
    WHEN :today <= :period_to AND quota_amount > coalesce(won_amount, 0)
    THEN round(coalesce(open_amount, 0) / (quota_amount - coalesce(won_amount, 0)), 6)
  END AS coverage_ratio,
  coalesce(won_amount >= quota_amount, false) AS is_quota_met,
  overdue_count,
  overdue_amount,
  undated_count,
  ahead_count,
  other_currency_count,
  prorated_count,
  -- Of a period for which some quotas are missing, those that there are stand for all of it.
  :period_days - quota_day_count AS quota_gap_days
FROM figures, medians, quota_facts
