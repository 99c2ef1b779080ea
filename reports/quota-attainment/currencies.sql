WITH
-- include: ../shared/attainment.sql
, won AS (
  SELECT currency, sum(won_amount) AS won_amount, sum(won_count)::bigint AS won_count
  FROM won_sums
  GROUP BY currency
  HAVING sum(won_count) > 0
),
asked AS (
  SELECT currency, sum(amount) AS quota_amount, count(DISTINCT owner_user_id) AS quota_person_count
  FROM quota_parts
  WHERE span = 'now'
  GROUP BY currency
)
SELECT
  currency,
  coalesce(quota_person_count, 0) AS quota_person_count,
  coalesce(won_amount, 0) AS won_amount,
  coalesce(won_count, 0) AS won_count,
  quota_amount,
  round(coalesce(won_amount, 0) / nullif(quota_amount, 0), 6) AS attainment_rate
FROM won
FULL JOIN asked USING (currency)
ORDER BY quota_amount DESC NULLS LAST, won_amount DESC, currency
