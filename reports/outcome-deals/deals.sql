-- include: scope.sql
-- The day since which there are as many deals as a page ends with, where sums tell it.
, days AS (
  SELECT close_on, sum(sum(deal_count)) OVER (ORDER BY close_on DESC) AS deal_count
  FROM reporting.signal_outcome_days
  WHERE :rows_before IS NOT NULL AND
-- include: sums.sql
-- include: chosen.sql
  GROUP BY close_on
),
-- Where they do not, an index has the days.
first_day AS (
  SELECT close_on
  FROM scope
  WHERE :rows_before IS NOT NULL AND NOT (
-- include: sums.sql
  )
  ORDER BY close_on DESC
  LIMIT 1
  OFFSET :rows_before + :rows_shown - 1
),
since AS (
  SELECT coalesce(max(close_on), (SELECT close_on FROM first_day), :period_from) AS close_on
  FROM days
  WHERE deal_count >= :rows_before + :rows_shown
)
SELECT *
FROM (
  SELECT
    opportunity_id,
    opportunity_name,
    owner_user_id,
    owner_name,
    team_name,
    industry,
    lead_source,
    product_name,
    close_on,
    status,
    currency,
    amount,
    signal_name,
    signal_value,
    'Q' || quartile AS quartile,
    conversation_count
  FROM scope
  WHERE close_on >= (SELECT close_on FROM since)
  ORDER BY close_on DESC, opportunity_name, opportunity_id
  LIMIT :rows_shown
  OFFSET :rows_before
) AS page
