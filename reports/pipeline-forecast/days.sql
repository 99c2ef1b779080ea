WITH
-- include: ../shared/gaps.sql
,
-- What came into the open pipeline of each close day and what went out of it, day by day. Who sees all, and filters none, takes
-- sums. What happened before the period is there when it begins.
changes AS (
  SELECT
    close_on,
    greatest(day_on, :period_from - 1) AS day_on,
    sum(deal_count) AS deal_count,
    sum(amount_sum) AS amount,
    sum(weighted_sum) AS weighted_amount
  FROM (
    SELECT close_on, day_on, deal_count, amount_sum, weighted_sum
    FROM reporting.pipeline_steps
    WHERE :sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0 AND :cf IS NULL
      AND currency = :currency
      AND (close_on BETWEEN :period_from AND :period_to OR (close_on IS NULL AND :period_days IS NULL))
    UNION ALL
    SELECT close_on, change.day_on, sign, coalesce(sign * amount, 0), coalesce(sign * weighted_amount, 0)
    FROM reporting.pipeline_history
    CROSS JOIN LATERAL (VALUES (valid_from_on, 1), (valid_until_on, -1)) AS change (day_on, sign)
    WHERE NOT (:sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0 AND :cf IS NULL)
      AND status = 'open'
      AND currency = :currency
      AND (close_on BETWEEN :period_from AND :period_to OR (close_on IS NULL AND :period_days IS NULL))
      AND valid_from_on <= :period_through
      AND (valid_until_on >= :period_from OR valid_until_on IS NULL)
      AND (:team IS NULL OR team_name = ANY (:team))
      AND (:owner IS NULL OR owner_user_id = ANY (:owner))
      AND (:industry IS NULL OR industry = ANY (:industry))
      AND (:source IS NULL OR lead_source = ANY (:source))
      AND (:product IS NULL OR product_name = ANY (:product))
      AND (:cf IS NULL OR opportunity_id IN (SELECT reporting.opportunities_with(:cf)))
  ) AS changed
  WHERE day_on <= :period_through AND (day_on <= close_on OR close_on IS NULL)
  GROUP BY close_on, greatest(day_on, :period_from - 1)
),
steps AS (
  SELECT day_on, deal_count, amount, weighted_amount, 0 AS unknown_count FROM changes
  UNION ALL
  -- The day after its close date, what is left is overdue.
  SELECT close_on + 1, -deal_count, -amount, -weighted_amount, 0 FROM changes WHERE close_on IS NOT NULL
  UNION ALL
  SELECT greatest(created_on, :period_from - 1), 0, 0, 0, 1 FROM gaps
  UNION ALL
  SELECT recorded_from_on, 0, 0, 0, -1 FROM gaps
),
ends AS (
  SELECT
    CASE WHEN :period_days IS NULL THEN min(day_on) ELSE :period_from - 1 END AS first_on,
    least(:period_through, :today) AS last_on
  FROM steps
),
days AS (
  SELECT first_on + day_no AS day_on, first_on, last_on
  FROM ends
  CROSS JOIN generate_series(0, last_on - first_on) AS day_no
),
changed AS (
  SELECT
    day_on,
    sum(deal_count) AS deal_count,
    sum(amount) AS amount,
    sum(weighted_amount) AS weighted_amount,
    sum(unknown_count) AS unknown_count
  FROM steps
  GROUP BY day_on
),
running AS (
  SELECT
    day_on,
    first_on,
    last_on,
    coalesce(sum(deal_count) OVER in_time, 0)::bigint AS deal_count,
    round(coalesce(sum(amount) OVER in_time, 0), 4) AS amount,
    round(coalesce(sum(weighted_amount) OVER in_time, 0), 4) AS weighted_amount,
    coalesce(sum(unknown_count) OVER in_time, 0)::bigint AS unknown_count
  FROM days
  LEFT JOIN changed USING (day_on)
  WINDOW in_time AS (ORDER BY day_on)
)
SELECT
  day_on,
  CASE WHEN unknown_count = 0 THEN amount END AS open_amount,
  CASE WHEN unknown_count = 0 THEN weighted_amount END AS weighted_amount,
  CASE WHEN unknown_count > 0 AND deal_count > 0 THEN amount END AS known_amount,
  deal_count AS open_count,
  unknown_count,
  (SELECT max(recorded_from_on) FROM gaps) AS known_from_on
FROM running
-- Days of a quarter, the ends of weeks of up to three years, the ends of months beyond.
WHERE CASE
  WHEN day_on IN (first_on, last_on) OR last_on - first_on <= 100 THEN true
  WHEN last_on - first_on <= 1100 THEN extract(isodow FROM day_on) = 7
  ELSE extract(day FROM day_on + 1) = 1
END
ORDER BY day_on
