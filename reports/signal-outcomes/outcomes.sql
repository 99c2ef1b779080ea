-- Closed deals with the quartile that their signal falls into. Who sees all, and filters none, needs none of them.
WITH outcomes AS (
  SELECT opportunity_id, signal_name, quartile, status, amount, currency
  FROM reporting.signal_outcomes
  WHERE close_on BETWEEN :period_from AND :period_through
    AND NOT (:sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0)
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:product IS NULL OR product_name = ANY (:product))
),
-- How many deals there are of each kind, in parts to be added up; without a signal, deals with any, each once.
parts AS (
  SELECT signal_name, quartile, status, currency, deal_count, amount_count, amount_sum
  FROM reporting.signal_outcome_days
  WHERE close_on BETWEEN :period_from AND :period_through
    AND :sees_all
    AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0
  UNION ALL
  SELECT signal_name, quartile, status, currency, count(*), count(amount), sum(amount)
  FROM outcomes
  GROUP BY signal_name, quartile, status, currency
  UNION ALL
  SELECT NULL, NULL, status, currency, count(*), NULL, NULL
  FROM (SELECT DISTINCT opportunity_id, status, currency FROM outcomes) AS deals
  GROUP BY status, currency
),
counts AS (
  SELECT
    signal_name,
    quartile,
    sum(deal_count) AS n,
    coalesce(sum(deal_count) FILTER (WHERE status = 'won'), 0) AS won_count,
    CASE
      WHEN sum(amount_count) FILTER (WHERE status = 'won' AND currency = :currency) > 0
      THEN sum(amount_sum) FILTER (WHERE status = 'won' AND currency = :currency)
    END AS won_amount
  FROM parts
  WHERE quartile IS NOT NULL
  GROUP BY signal_name, quartile
  HAVING sum(deal_count) > 0
),
-- A quartile that no deal falls into is shown empty, not left out.
quartiles AS (
  SELECT
    signals.signal_name,
    number AS quartile,
    coalesce(counts.n, 0)::bigint AS n,
    coalesce(counts.won_count, 0)::bigint AS won_count,
    counts.won_amount
  FROM (SELECT DISTINCT signal_name FROM counts) AS signals
  CROSS JOIN generate_series(1, 4) AS number
  LEFT JOIN counts ON counts.signal_name = signals.signal_name AND counts.quartile = number
)
