-- include: tested.sql
, wide AS (
  SELECT
    signal_name,
    max(n) FILTER (WHERE quartile = 1) AS q1_count,
    max(n) FILTER (WHERE quartile = 2) AS q2_count,
    max(n) FILTER (WHERE quartile = 3) AS q3_count,
    max(n) FILTER (WHERE quartile = 4) AS q4_count,
    max(won_count) FILTER (WHERE quartile = 1) AS q1_won_count,
    max(won_count) FILTER (WHERE quartile = 2) AS q2_won_count,
    max(won_count) FILTER (WHERE quartile = 3) AS q3_won_count,
    max(won_count) FILTER (WHERE quartile = 4) AS q4_won_count
  FROM quartiles
  GROUP BY signal_name
)
SELECT
  signal_name,
  finding,
  n,
  won_count,
  round(rate::numeric, 6) AS win_rate,
  q1_count,
  round(q1::numeric, 6) AS q1_win_rate,
  round(stats.wilson_low(q1_won_count, q1_count)::numeric, 6) AS q1_win_rate_low,
  round(stats.wilson_high(q1_won_count, q1_count)::numeric, 6) AS q1_win_rate_high,
  q2_count,
  round(q2::numeric, 6) AS q2_win_rate,
  round(stats.wilson_low(q2_won_count, q2_count)::numeric, 6) AS q2_win_rate_low,
  round(stats.wilson_high(q2_won_count, q2_count)::numeric, 6) AS q2_win_rate_high,
  q3_count,
  round(q3::numeric, 6) AS q3_win_rate,
  round(stats.wilson_low(q3_won_count, q3_count)::numeric, 6) AS q3_win_rate_low,
  round(stats.wilson_high(q3_won_count, q3_count)::numeric, 6) AS q3_win_rate_high,
  q4_count,
  round(q4::numeric, 6) AS q4_win_rate,
  round(stats.wilson_low(q4_won_count, q4_count)::numeric, 6) AS q4_win_rate_low,
  round(stats.wilson_high(q4_won_count, q4_count)::numeric, 6) AS q4_win_rate_high,
  round((q4 / nullif(q1, 0))::numeric, 6) AS lift,
  round((q4 - q1)::numeric, 6) AS difference,
  round(chi_square::numeric, 6) AS chi_square,
  df AS chi_df,
  chi_p,
  chi_p_adjusted,
  round(trend_z::numeric, 6) AS trend_z,
  trend_p,
  trend_p_adjusted,
  round(smallest_expected::numeric, 4) AS smallest_expected
FROM tested
JOIN wide USING (signal_name)
-- Here and not above, because the correction is for every signal that was tried, not only those looked at.
WHERE :signal IS NULL OR signal_name = ANY (:signal)
ORDER BY least(trend_p_adjusted, chi_p_adjusted), signal_name
