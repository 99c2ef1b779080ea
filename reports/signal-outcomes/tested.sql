-- include: outcomes.sql
, signals AS (
  SELECT
    signal_name,
    sum(n)::bigint AS n,
    sum(won_count)::bigint AS won_count,
    (sum(won_count) / nullif(sum(n), 0))::double precision AS rate,
    count(*) FILTER (WHERE n > 0)::int - 1 AS df,
    sum(quartile * n)::double precision AS score_sum,
    sum(quartile * quartile * n)::double precision AS score_square_sum,
    sum(quartile * won_count)::double precision AS won_score_sum,
    min(n) FILTER (WHERE n > 0) AS smallest_n
  FROM quartiles
  GROUP BY signal_name
),
statistics AS (
  SELECT
    signals.*,
    smallest_n * least(rate, 1 - rate) AS smallest_expected,
    (
      -- In one order, which decides the last digit.
      SELECT sum((cells.won_count - cells.n * rate) ^ 2 / (cells.n * rate * (1 - rate)) ORDER BY cells.quartile)
      FROM quartiles AS cells
      WHERE cells.signal_name = signals.signal_name AND cells.n > 0 AND rate BETWEEN 1e-9 AND 1 - 1e-9
    ) AS chi_square,
    -- Cochran–Armitage: do wins rise or fall with the number of the quartile?
    (won_score_sum - rate * score_sum)
      / nullif(sqrt(greatest(rate * (1 - rate) * (score_square_sum - score_sum ^ 2 / n), 0)), 0) AS trend_z
  FROM signals
),
p_values AS (
  SELECT
    *,
    smallest_expected >= 5 AND df > 0 AS is_sufficient,
    CASE WHEN smallest_expected >= 5 AND df > 0 THEN stats.chi_square_p(chi_square, df) END AS chi_p,
    CASE WHEN smallest_expected >= 5 AND df > 0 THEN stats.normal_two_sided_p(trend_z) END AS trend_p
  FROM statistics
),
-- Benjamini–Hochberg: p times the number of tests over its rank, made monotone from the largest down.
ranked AS (
  SELECT
    *,
    count(chi_p) OVER () AS tests,
    row_number() OVER (ORDER BY chi_p, signal_name) AS chi_rank,
    row_number() OVER (ORDER BY trend_p, signal_name) AS trend_rank
  FROM p_values
),
adjusted AS (
  SELECT
    *,
    CASE WHEN is_sufficient THEN least(1, min(chi_p * tests / chi_rank) OVER (ORDER BY chi_rank DESC)) END AS chi_p_adjusted,
    CASE WHEN is_sufficient THEN least(1, min(trend_p * tests / trend_rank) OVER (ORDER BY trend_rank DESC)) END AS trend_p_adjusted
  FROM ranked
),
shapes AS (
  SELECT
    signal_name,
    max(won_count / nullif(n, 0)::double precision) FILTER (WHERE quartile = 1) AS q1,
    max(won_count / nullif(n, 0)::double precision) FILTER (WHERE quartile = 2) AS q2,
    max(won_count / nullif(n, 0)::double precision) FILTER (WHERE quartile = 3) AS q3,
    max(won_count / nullif(n, 0)::double precision) FILTER (WHERE quartile = 4) AS q4
  FROM quartiles
  GROUP BY signal_name
),
tested AS (
  SELECT
    adjusted.*,
    q1, q2, q3, q4,
    CASE
      WHEN NOT is_sufficient THEN 'insufficient data'
      WHEN trend_p_adjusted < 0.05 AND trend_z > 0 THEN 'wins more often as it rises'
      WHEN trend_p_adjusted < 0.05 THEN 'wins less often as it rises'
      WHEN chi_p_adjusted < 0.05 AND least(q1, q4) > greatest(q2, q3) THEN 'wins more often at both ends'
      WHEN chi_p_adjusted < 0.05 AND greatest(q1, q4) < least(q2, q3) THEN 'wins more often in the middle'
      WHEN chi_p_adjusted < 0.05 THEN 'differs, but in no one direction'
      ELSE 'no evidence of a relationship'
    END AS finding
  FROM adjusted
  JOIN shapes USING (signal_name)
)
