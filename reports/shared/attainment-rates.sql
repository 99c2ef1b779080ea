  -- What follows from the sums of a person, a team or all of them.
  coalesce(won_amount, 0) AS won_amount,
  won_count,
  quota_amount,
  round(coalesce(won_amount, 0) / nullif(quota_amount, 0), 6) AS attainment_rate,
  quota_amount - coalesce(won_amount, 0) AS gap_amount,
  quota_to_date_amount,
  round(coalesce(won_amount, 0) / nullif(quota_to_date_amount, 0), 6) AS pace_rate,
  CASE WHEN :compare_from IS NOT NULL THEN coalesce(compare_won_amount, 0) END AS compare_won_amount,
  round(coalesce(won_amount, 0) / nullif(compare_won_amount, 0) - 1, 6) AS won_change,
  round(coalesce(compare_won_amount, 0) / nullif(compare_quota_amount, 0), 6) AS compare_attainment_rate,
  open_count,
  -- Open deals without amounts are worth an unknown sum, not 0.
  CASE WHEN open_count = 0 THEN 0 ELSE open_amount END AS open_amount,
  CASE WHEN open_count = 0 THEN 0 ELSE weighted_amount END AS weighted_amount,
  CASE
    WHEN :today <= :period_to AND quota_amount > coalesce(won_amount, 0)
    THEN round(coalesce(open_amount, 0) / (quota_amount - coalesce(won_amount, 0)), 6)
  END AS coverage_ratio,
  coalesce(coalesce(won_amount, 0) >= quota_amount, false) AS is_quota_met,
  round((coalesce(won_amount, 0) + coalesce(weighted_amount, 0)) / nullif(quota_amount, 0), 6) AS expected_rate,
  missing_amount_count,
  moved_count,
  prorated_count
