-- include: scope.sql
, figures AS (
  SELECT
    count(*) AS lead_count,
    count(*) FILTER (WHERE is_converted) AS converted_count,
    count(*) FILTER (WHERE status IN ('New', 'Working', 'Qualified')) AS undecided_count,
    count(*) FILTER (WHERE status = 'Unqualified') AS unqualified_count,
    count(*) FILTER (WHERE created_on < :today - 30) AS old_30_count,
    count(*) FILTER (WHERE created_on < :today - 30 AND converted_within_30_days) AS within_30_count,
    count(*) FILTER (WHERE created_on < :today - 60) AS old_60_count,
    count(*) FILTER (WHERE created_on < :today - 60 AND converted_within_60_days) AS within_60_count,
    count(*) FILTER (WHERE created_on < :today - 90) AS old_90_count,
    count(*) FILTER (WHERE created_on < :today - 90 AND converted_within_90_days) AS within_90_count,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days_to_convert) AS median_days,
    count(*) FILTER (WHERE days_to_convert < 0) AS negative_count
  FROM scope
)
SELECT
  lead_count,
  converted_count,
  round(converted_count / nullif(lead_count, 0)::numeric, 6) AS conversion_rate,
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
FROM figures
