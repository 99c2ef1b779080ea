-- include: scope.sql
-- The day since which there are as many deals as a page ends with: an index has the days, and the deals since then alone are looked up.
, months AS (
  SELECT month_on, sum(sum(deal_count)) OVER (ORDER BY month_on DESC) AS counted
  FROM reporting.stage_cohorts
  WHERE :rows_before IS NOT NULL
    -- Of all deals, sums tell the month that this day is in.
    AND :period_days IS NULL AND
-- include: sums.sql
    AND cohort = 'reached'
    AND stage = :from_stage
  GROUP BY month_on
),
first_day AS (
  SELECT reached_on
  FROM scope
  WHERE :rows_before IS NOT NULL
    AND reached_on >= (SELECT coalesce(max(month_on), '-infinity') FROM months WHERE counted >= :rows_before + :rows_shown)
  ORDER BY reached_on DESC
  LIMIT 1
  OFFSET :rows_before + :rows_shown - 1
)
SELECT
  opportunity_id,
  opportunity_name,
  company_name,
  industry,
  owner_user_id,
  owner_name,
  team_name,
  product_name,
  lead_source,
  stage,
  created_on,
  reached_on,
  CASE standing WHEN 'moved_on' THEN 'moved on' WHEN 'lost' THEN 'lost from here' WHEN 'here' THEN 'still there' ELSE 'went back' END AS standing,
  advanced_on,
  done_days,
  running_days,
  entry_count,
  status,
  currency
FROM (
  SELECT *
  FROM scope
  WHERE reached_on >= (SELECT coalesce(max(reached_on), '-infinity') FROM first_day)
  ORDER BY reached_on DESC, opportunity_name, opportunity_id
  LIMIT :rows_shown
  OFFSET :rows_before
) AS page
