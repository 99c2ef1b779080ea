-- include: tested.sql
SELECT
  signal_name,
  'Q' || quartile AS quartile,
  CASE quartile WHEN 1 THEN minimum_value WHEN 2 THEN p25 WHEN 3 THEN p50 ELSE p75 END AS from_value,
  CASE quartile WHEN 1 THEN p25 WHEN 2 THEN p50 WHEN 3 THEN p75 ELSE maximum_value END AS to_value,
  quartiles.n,
  quartiles.won_count,
  round(quartiles.won_count / nullif(quartiles.n, 0)::numeric, 6) AS win_rate,
  round(stats.wilson_low(quartiles.won_count, quartiles.n)::numeric, 6) AS win_rate_low,
  round(stats.wilson_high(quartiles.won_count, quartiles.n)::numeric, 6) AS win_rate_high,
  won_amount,
  :currency AS currency,
  finding
FROM quartiles
JOIN tested USING (signal_name)
JOIN reporting.signal_cut_points USING (signal_name)
WHERE :signal IS NULL OR signal_name = ANY (:signal)
ORDER BY least(trend_p_adjusted, chi_p_adjusted), signal_name, quartiles.quartile
