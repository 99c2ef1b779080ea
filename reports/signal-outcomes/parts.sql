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
)
-- How many deals there are of each kind, in parts to be added up; without a signal, deals with any, each once.
SELECT signal_name, quartile, status, currency, sum(deal_count)::bigint AS deal_count, sum(amount_count)::bigint AS amount_count, sum(amount_sum) AS amount_sum
FROM reporting.signal_outcome_days
WHERE close_on BETWEEN :period_from AND :period_through
  AND :sees_all
  AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0
GROUP BY signal_name, quartile, status, currency
UNION ALL
SELECT signal_name, quartile, status, currency, count(*), count(amount), sum(amount)
FROM outcomes
GROUP BY signal_name, quartile, status, currency
UNION ALL
SELECT NULL, NULL, status, currency, count(*), NULL, NULL
FROM (SELECT DISTINCT opportunity_id, status, currency FROM outcomes) AS deals
GROUP BY status, currency
