-- include: days.sql
, groups AS (
  SELECT :today - created_on AS age, outcome, lead_count
  FROM days
),
counts AS (
  SELECT
-- include: ../shared/lead-counts.sql
    ,
    coalesce(sum(lead_count) FILTER (WHERE outcome = 'unqualified'), 0)::bigint AS unqualified_count
  FROM groups
),
medians AS (
  SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY days_to_convert) AS median_days
  FROM scope
  WHERE is_converted
)
SELECT
  created_count AS lead_count,
  converted_count,
  round(converted_count / nullif(created_count, 0)::numeric, 6) AS conversion_rate,
  undecided_count,
  unqualified_count,
  old_30_count,
  round(within_30_count / nullif(old_30_count, 0)::numeric, 6) AS within_30_rate,
  round(stats.wilson_low(within_30_count, old_30_count)::numeric, 6) AS within_30_low,
  round(stats.wilson_high(within_30_count, old_30_count)::numeric, 6) AS within_30_high,
  old_60_count,
  round(within_60_count / nullif(old_60_count, 0)::numeric, 6) AS within_60_rate,
  old_90_count,
  round(within_90_count / nullif(old_90_count, 0)::numeric, 6) AS within_90_rate,
  round(stats.wilson_low(within_90_count, old_90_count)::numeric, 6) AS within_90_low,
  round(stats.wilson_high(within_90_count, old_90_count)::numeric, 6) AS within_90_high,
  round(median_days::numeric, 4) AS median_days,
  negative_count
FROM counts, medians
