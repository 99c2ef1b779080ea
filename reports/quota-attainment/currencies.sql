WITH
-- include: ../shared/attainment.sql
,
-- include: ../shared/won-days.sql
, won AS (
  SELECT
    currency,
    CASE WHEN sum(amount_count) > 0 THEN sum(amount_sum) END AS won_amount,
    sum(deal_count)::bigint AS won_count
  FROM won_days
  WHERE close_on BETWEEN :period_from AND :period_through
  GROUP BY currency
  HAVING sum(deal_count) > 0
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
