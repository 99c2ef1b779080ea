-- Closed deals with the quartile that their signal falls into, and what each quartile won.
WITH outcomes AS (
  SELECT opportunity_id, signal_name, quartile, status, amount, currency
  FROM reporting.signal_outcomes
  WHERE close_on BETWEEN :period_from AND :period_through
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:product IS NULL OR product_name = ANY (:product))
),
counts AS (
  SELECT
    signal_name,
    quartile,
    count(*) AS n,
    count(*) FILTER (WHERE status = 'won') AS won_count,
    sum(amount) FILTER (WHERE status = 'won' AND currency = :currency) AS won_amount
  FROM outcomes
  WHERE quartile IS NOT NULL
  GROUP BY signal_name, quartile
),
-- A quartile that no deal falls into is shown empty, not left out.
quartiles AS (
  SELECT
    signals.signal_name,
    number AS quartile,
    coalesce(counts.n, 0) AS n,
    coalesce(counts.won_count, 0) AS won_count,
    counts.won_amount
  FROM (SELECT DISTINCT signal_name FROM counts) AS signals
  CROSS JOIN generate_series(1, 4) AS number
  LEFT JOIN counts ON counts.signal_name = signals.signal_name AND counts.quartile = number
)
