-- Deals that were won in the period, or are open and due in what is left of it, by owner. Of each range of close dates, an index has
-- what is asked for; each is added up by itself, so that few rows are put together.
WITH quota_scope AS (
  SELECT :industry IS NULL AND :source IS NULL AND :product IS NULL AND :cf IS NULL AS is_whole
),
parts AS (
  SELECT owner_user_id, 'Closed' AS part, count(*) AS deal_count, sum(amount) AS amount, sum(weighted_amount) AS weighted_amount
  FROM reporting.sales_dashboard
  WHERE status = 'won' AND close_on BETWEEN :period_from AND :period_through
-- include: asked.sql
  GROUP BY owner_user_id
  UNION ALL
  SELECT
    owner_user_id,
    CASE WHEN forecast_category = 'Closed' THEN 'Misfiled' ELSE forecast_category END,
    count(*),
    sum(amount),
    sum(weighted_amount)
  FROM reporting.sales_dashboard
  WHERE status = 'open' AND close_on BETWEEN greatest(:period_from, :today) AND :period_to
-- include: asked.sql
  GROUP BY owner_user_id, forecast_category
  UNION ALL
  SELECT
    owner_user_id,
    CASE WHEN forecast_category = 'Closed' THEN 'Misfiled' ELSE forecast_category END,
    count(*),
    sum(amount),
    sum(weighted_amount)
  FROM reporting.sales_dashboard
  WHERE status = 'open' AND close_on IS NULL AND :period_days IS NULL
-- include: asked.sql
  GROUP BY owner_user_id, forecast_category
),
-- include: ../shared/period-quotas.sql
,
-- include: ../shared/slipped.sql
,
-- include: ../shared/pushed.sql
, figures AS (
  SELECT
    owner_user_id,
    sum(deal_count) FILTER (WHERE part = 'Closed') AS closed_count,
    sum(amount) FILTER (WHERE part = 'Closed') AS closed_amount,
    sum(deal_count) FILTER (WHERE part = 'Commit') AS commit_count,
    sum(amount) FILTER (WHERE part = 'Commit') AS commit_amount,
    sum(deal_count) FILTER (WHERE part = 'Best Case') AS best_case_count,
    sum(amount) FILTER (WHERE part = 'Best Case') AS best_case_amount,
    sum(deal_count) FILTER (WHERE part = 'Pipeline') AS pipeline_count,
    sum(amount) FILTER (WHERE part = 'Pipeline') AS pipeline_amount,
    sum(deal_count) FILTER (WHERE part <> 'Closed') AS open_count,
    sum(amount) FILTER (WHERE part <> 'Closed') AS open_amount,
    sum(weighted_amount) FILTER (WHERE part <> 'Closed') AS weighted_amount
  FROM parts
  GROUP BY owner_user_id
),
slips AS (
  SELECT owner_user_id, count(*) AS slipped_count, sum(amount) AS slipped_amount
  FROM slipped
  GROUP BY owner_user_id
),
pushed_deals AS (
  SELECT owner_user_id, opportunity_id, count(*) AS push_count
  FROM pushed
  GROUP BY owner_user_id, opportunity_id
),
pushes AS (
  SELECT owner_user_id, sum(push_count)::bigint AS push_count, count(*) AS pushed_deal_count
  FROM pushed_deals
  GROUP BY owner_user_id
),
totals AS (
  SELECT
    grouping(owner_user_id) = 1 AS is_total,
    count(*) AS rep_count,
    owner_user_id,
    sum(coalesce(closed_count, 0))::bigint AS closed_count,
    sum(closed_amount) AS closed_amount,
    sum(coalesce(commit_count, 0))::bigint AS commit_count,
    sum(commit_amount) AS commit_amount,
    sum(coalesce(best_case_count, 0))::bigint AS best_case_count,
    sum(best_case_amount) AS best_case_amount,
    sum(coalesce(pipeline_count, 0))::bigint AS pipeline_count,
    sum(pipeline_amount) AS pipeline_amount,
    sum(coalesce(open_count, 0))::bigint AS open_count,
    sum(open_amount) AS open_amount,
    sum(weighted_amount) AS weighted_amount,
    sum(quota_amount) AS quota_amount,
    sum(coalesce(slipped_count, 0))::bigint AS slipped_count,
    sum(slipped_amount) AS slipped_amount,
    sum(coalesce(push_count, 0))::bigint AS push_count,
    CASE
      WHEN grouping(owner_user_id) = 0 THEN max(coalesce(pushed_deal_count, 0))
      -- A deal that two people pushed is one deal, so those of all are counted, not added up.
      ELSE (SELECT count(*) FROM (SELECT DISTINCT opportunity_id FROM pushed_deals) AS deals)
    END AS pushed_deal_count
  FROM figures
  FULL JOIN quotas USING (owner_user_id)
  FULL JOIN slips USING (owner_user_id)
  FULL JOIN pushes USING (owner_user_id)
  GROUP BY GROUPING SETS ((owner_user_id), ())
  HAVING count(*) > 0
)
SELECT
  is_total,
  CASE WHEN is_total THEN rep_count END AS row_count,
  owner_user_id,
  CASE
    WHEN is_total THEN 'All ' || rep_count || CASE WHEN rep_count = 1 THEN ' rep' ELSE ' reps' END
    ELSE coalesce(people.name, '(none)')
  END AS rep_name,
  CASE WHEN NOT is_total THEN coalesce(people.team_name, '(none)') END AS team_name,
  :currency AS currency,
  -- Deals without amounts are worth an unknown sum, not 0.
  CASE WHEN closed_count > 0 THEN closed_amount ELSE 0 END AS closed_amount,
  closed_count,
  CASE WHEN commit_count > 0 THEN commit_amount ELSE 0 END AS commit_amount,
  commit_count,
  CASE WHEN best_case_count > 0 THEN best_case_amount ELSE 0 END AS best_case_amount,
  best_case_count,
  CASE WHEN pipeline_count > 0 THEN pipeline_amount ELSE 0 END AS pipeline_amount,
  pipeline_count,
  quota_amount,
  quota_amount - coalesce(closed_amount, 0) AS gap_amount,
  CASE WHEN open_count > 0 THEN open_amount ELSE 0 END AS open_amount,
  CASE
    WHEN :today <= :period_to AND quota_amount > coalesce(closed_amount, 0)
    THEN round(coalesce(open_amount, 0) / (quota_amount - coalesce(closed_amount, 0)), 6)
  END AS coverage_ratio,
  coalesce(coalesce(closed_amount, 0) >= quota_amount, false) AS is_quota_met,
  CASE WHEN open_count > 0 THEN weighted_amount ELSE 0 END AS weighted_amount,
  CASE WHEN slipped_count > 0 THEN slipped_amount WHEN :elapsed_days > 0 THEN 0 END AS slipped_amount,
  CASE WHEN :elapsed_days > 0 THEN slipped_count END AS slipped_count,
  push_count,
  pushed_deal_count
FROM totals
LEFT JOIN reporting.users AS people ON people.user_id = owner_user_id
ORDER BY is_total DESC, totals.closed_amount DESC NULLS LAST, rep_name, owner_user_id
