-- include: deals.sql
,
-- include: ../shared/period-quotas.sql
, sums AS (
  SELECT
    part,
    part IN ('Commit', 'Best Case', 'Pipeline', 'Omitted', 'Misfiled') AS is_open,
    sum(deal_count) AS deal_count,
    sum(deal_count) - sum(amount_count) AS missing_amount_count,
    CASE WHEN sum(amount_count) > 0 THEN sum(amount_sum) END AS amount,
    CASE WHEN sum(amount_count) > 0 THEN sum(weighted_sum) END AS weighted_amount
  FROM parts
  GROUP BY part
  HAVING sum(deal_count) > 0
),
figures AS (
  SELECT
    coalesce(sum(deal_count) FILTER (WHERE part = 'Closed'), 0)::bigint AS closed_count,
    sum(amount) FILTER (WHERE part = 'Closed') AS closed_amount,
    coalesce(sum(amount) FILTER (WHERE part = 'Closed'), 0) AS won_amount,
    coalesce(sum(deal_count) FILTER (WHERE part = 'Commit'), 0)::bigint AS commit_count,
    sum(amount) FILTER (WHERE part = 'Commit') AS commit_amount,
    coalesce(sum(amount) FILTER (WHERE part IN ('Closed', 'Commit')), 0) AS commit_forecast_amount,
    coalesce(sum(deal_count) FILTER (WHERE part = 'Best Case'), 0)::bigint AS best_case_count,
    sum(amount) FILTER (WHERE part = 'Best Case') AS best_case_amount,
    coalesce(sum(amount) FILTER (WHERE part IN ('Closed', 'Commit', 'Best Case')), 0) AS best_case_forecast_amount,
    coalesce(sum(deal_count) FILTER (WHERE part = 'Pipeline'), 0)::bigint AS pipeline_count,
    sum(amount) FILTER (WHERE part = 'Pipeline') AS pipeline_amount,
    coalesce(sum(amount) FILTER (WHERE part IN ('Closed', 'Commit', 'Best Case', 'Pipeline')), 0) AS pipeline_forecast_amount,
    coalesce(sum(deal_count) FILTER (WHERE is_open), 0)::bigint AS open_count,
    sum(amount) FILTER (WHERE is_open) AS open_amount,
    sum(weighted_amount) FILTER (WHERE is_open) AS weighted_amount,
    coalesce(sum(missing_amount_count) FILTER (WHERE is_open), 0)::bigint AS missing_amount_count,
    coalesce(sum(deal_count) FILTER (WHERE part = 'Overdue'), 0)::bigint AS overdue_count,
    sum(amount) FILTER (WHERE part = 'Overdue') AS overdue_amount,
    coalesce(sum(deal_count) FILTER (WHERE part = 'Omitted'), 0)::bigint AS omitted_count,
    sum(amount) FILTER (WHERE part = 'Omitted') AS omitted_amount,
    coalesce(sum(deal_count) FILTER (WHERE part = 'Misfiled'), 0)::bigint AS misfiled_count,
    coalesce(sum(deal_count) FILTER (WHERE part = 'Undated'), 0)::bigint AS undated_count,
    coalesce(sum(deal_count) FILTER (WHERE part = 'Ahead'), 0)::bigint AS ahead_count,
    coalesce(sum(deal_count) FILTER (WHERE part = 'Other currency'), 0)::bigint AS other_currency_count
  FROM sums
)
SELECT
  :currency AS currency,
  -- Deals without amounts are worth an unknown sum, not 0.
  CASE WHEN closed_count > 0 THEN closed_amount ELSE 0 END AS closed_amount,
  closed_count,
  quota_amount,
  round(won_amount / nullif(quota_amount, 0), 6) AS attainment_rate,
  round(:elapsed_days / nullif(:period_days, 0)::numeric, 6) AS period_share,
  CASE WHEN commit_count > 0 THEN commit_amount ELSE 0 END AS commit_amount,
  commit_count,
  commit_forecast_amount,
  round(commit_forecast_amount / nullif(quota_amount, 0), 6) AS commit_forecast_rate,
  CASE WHEN best_case_count > 0 THEN best_case_amount ELSE 0 END AS best_case_amount,
  best_case_count,
  best_case_forecast_amount,
  round(best_case_forecast_amount / nullif(quota_amount, 0), 6) AS best_case_forecast_rate,
  CASE WHEN pipeline_count > 0 THEN pipeline_amount ELSE 0 END AS pipeline_amount,
  pipeline_count,
  pipeline_forecast_amount,
  round(pipeline_forecast_amount / nullif(quota_amount, 0), 6) AS pipeline_forecast_rate,
  CASE WHEN open_count > 0 THEN weighted_amount ELSE 0 END AS weighted_amount,
  open_count,
  CASE WHEN open_count > 0 THEN open_amount ELSE 0 END AS open_amount,
  missing_amount_count,
  -- greatest() would pass over a missing quota and say that none is left.
  CASE WHEN quota_amount IS NOT NULL THEN greatest(quota_amount - won_amount, 0) END AS remaining_quota_amount,
  CASE
    WHEN :today <= :period_to AND quota_amount > won_amount
    THEN round(coalesce(open_amount, 0) / (quota_amount - won_amount), 6)
  END AS coverage_ratio,
  coalesce(won_amount >= quota_amount, false) AS is_quota_met,
  overdue_count,
  overdue_amount,
  omitted_count,
  omitted_amount,
  misfiled_count,
  undated_count,
  ahead_count,
  other_currency_count,
  prorated_count,
  -- Of a period for which some quotas are missing, those that there are stand for all of it.
  :period_days - quota_day_count AS quota_gap_days
FROM figures, quota_facts
