-- include: scope.sql
-- The day until which there are as many deals as a page ends with: the deals until then alone are looked up. Who sees all, and
-- filters none, learns it from sums; of the others, an index has the days.
, days AS (
  SELECT close_on, sum(deal_count) AS deal_count
  FROM reporting.pipeline_steps
  WHERE :sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product, :stage) = 0 AND :cf IS NULL
    AND :rows_before IS NOT NULL
    AND close_on BETWEEN greatest(:period_from, coalesce(:on, :today)) AND :period_to
    AND day_on <= coalesce(:on, :today)
    AND currency = :currency
  GROUP BY close_on
),
page_end AS (
  SELECT min(close_on) AS close_on
  FROM (SELECT close_on, sum(deal_count) OVER (ORDER BY close_on) AS counted FROM days) AS counted_days
  WHERE counted >= :rows_before + :rows_shown
  UNION ALL
  (
    SELECT close_on
    FROM scope
    WHERE NOT (:sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product, :stage) = 0 AND :cf IS NULL)
      AND :rows_before IS NOT NULL
    ORDER BY close_on
    LIMIT 1
    OFFSET :rows_before + :rows_shown - 1
  )
),
last_day AS (
  SELECT max(close_on) AS close_on, coalesce(max(close_on), 'infinity') AS until_on FROM page_end
)
SELECT *
FROM (
  SELECT *
  FROM scope
  -- Nothing is computed here, so that the condition may be known before rows are read.
  WHERE close_on <= (SELECT until_on FROM last_day)
    OR (close_on IS NULL AND :period_days IS NULL AND (SELECT close_on FROM last_day) IS NULL)
  ORDER BY close_on, opportunity_name, opportunity_id
  LIMIT :rows_shown
  OFFSET :rows_before
) AS page
