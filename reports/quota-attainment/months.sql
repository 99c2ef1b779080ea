WITH
-- include: ../shared/attainment.sql
,
-- include: ../shared/won-days.sql
, won_months AS (
  SELECT
    date_trunc('month', close_on::timestamp)::date AS month_on,
    CASE WHEN sum(amount_count) > 0 THEN sum(amount_sum) END AS won_amount,
    sum(deal_count)::bigint AS won_count
  FROM won_days
  WHERE currency = :currency AND close_on BETWEEN :period_from AND :period_through
  GROUP BY 1
  HAVING sum(deal_count) > 0
),
ends AS (
  SELECT
    CASE WHEN :period_days IS NULL THEN min(month_on) ELSE :period_from END AS first_on,
    CASE WHEN :period_days IS NULL THEN max(month_on) ELSE :period_to END AS last_on
  FROM won_months
),
months AS (
  SELECT month_on::date, greatest(month_on::date, first_on) AS begins_on, month_ends_on
  FROM ends
  CROSS JOIN LATERAL generate_series(
    date_trunc('month', first_on::timestamp), date_trunc('month', last_on::timestamp), interval '1 month'
  ) AS month_on
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN :period_days IS NULL THEN (month_on + interval '1 month')::date - 1
      ELSE least((month_on + interval '1 month')::date - 1, last_on)
    END AS month_ends_on
  ) AS month_end
)
SELECT
  month_on,
  begins_on || '..' || month_ends_on AS close_days,
  CASE WHEN begins_on <= :period_through THEN coalesce(won_amount, 0) END AS won_amount,
  CASE WHEN begins_on <= :period_through THEN coalesce(won_count, 0) END AS won_count,
  quota_amount,
  round(CASE WHEN begins_on <= :period_through THEN coalesce(won_amount, 0) END / nullif(quota_amount, 0), 6) AS attainment_rate
FROM months
LEFT JOIN won_months USING (month_on)
LEFT JOIN LATERAL (
  SELECT round(
    sum(amount * greatest(0, least(month_ends_on, part_to) - greatest(begins_on, part_from) + 1) / (part_to - part_from + 1)), 4
  ) AS quota_amount
  FROM quota_lines
  WHERE part_from <= month_ends_on AND part_to >= begins_on
) AS quota ON true
ORDER BY month_on
