WITH parts AS (
-- basis: parts.sql (signal_name text, quartile integer, status text, currency text, deal_count bigint, amount_count bigint, amount_sum numeric)
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
