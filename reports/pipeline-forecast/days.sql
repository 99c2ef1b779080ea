WITH
-- include: ../shared/gaps.sql
, states AS (
  SELECT
    greatest(valid_from_on, :period_from - 1) AS from_on,
    -- The day after the close date it is overdue.
    least(valid_until_on, close_on + 1) AS until_on,
    amount,
    weighted_amount
  FROM reporting.pipeline_history
  WHERE status = 'open'
    AND (close_on BETWEEN :period_from AND :period_to OR (close_on IS NULL AND :period_days IS NULL))
    AND valid_from_on <= :period_through
    AND (valid_until_on >= :period_from OR valid_until_on IS NULL)
    AND currency = :currency
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:product IS NULL OR product_name = ANY (:product))
    AND (:cf IS NULL OR opportunity_id IN (SELECT reporting.opportunities_with(:cf)))
),
-- States that begin and end on the same days are added up once; what comes and goes each day then makes the sums of all days.
spans AS (
  SELECT from_on, until_on, count(*) AS open_count, sum(amount) AS amount, sum(weighted_amount) AS weighted_amount
  FROM states
  WHERE from_on < until_on OR until_on IS NULL
  GROUP BY from_on, until_on
),
steps AS (
  SELECT from_on AS day_on, open_count, amount, weighted_amount, 0::bigint AS unknown_count FROM spans
  UNION ALL
  SELECT until_on, -open_count, -amount, -weighted_amount, 0 FROM spans WHERE until_on IS NOT NULL
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
running AS (
  SELECT
    days.day_on,
    first_on,
    last_on,
    sum(sum(open_count)) OVER in_time::bigint AS open_count,
    sum(sum(amount)) OVER in_time AS amount,
    sum(sum(weighted_amount)) OVER in_time AS weighted_amount,
    sum(sum(unknown_count)) OVER in_time::bigint AS unknown_count
  FROM days
  LEFT JOIN steps USING (day_on)
  GROUP BY days.day_on, first_on, last_on
  WINDOW in_time AS (ORDER BY days.day_on)
)
SELECT
  day_on,
  CASE WHEN coalesce(unknown_count, 0) = 0 THEN coalesce(amount, 0) END AS open_amount,
  CASE WHEN coalesce(unknown_count, 0) = 0 THEN coalesce(weighted_amount, 0) END AS weighted_amount,
  CASE WHEN unknown_count > 0 AND open_count > 0 THEN amount END AS known_amount,
  coalesce(open_count, 0) AS open_count,
  coalesce(unknown_count, 0) AS unknown_count,
  (SELECT max(recorded_from_on) FROM gaps) AS known_from_on
FROM running
-- Days of a quarter, the ends of weeks of up to three years, the ends of months beyond.
WHERE CASE
  WHEN day_on IN (first_on, last_on) OR last_on - first_on <= 100 THEN true
  WHEN last_on - first_on <= 1100 THEN extract(isodow FROM day_on) = 7
  ELSE extract(day FROM day_on + 1) = 1
END
ORDER BY day_on
