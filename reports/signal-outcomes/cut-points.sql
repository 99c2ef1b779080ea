SELECT
  signal_name,
  minimum_value,
  p25,
  p50,
  p75,
  maximum_value,
  opportunity_count,
  as_of
FROM reporting.signal_cut_points
WHERE :signal IS NULL OR signal_name = ANY (:signal)
ORDER BY signal_name
