WITH
-- include: peers.sql
-- include: ../shared/attainment.sql
-- include: rated.sql
SELECT
  owner_user_id,
  rep_name,
  team_name,
  is_chosen,
  is_without_quota,
  :currency AS currency,
  won_amount,
  won_count,
  quota_amount,
  attainment_rate,
  gap_amount,
  quota_to_date_amount,
  pace_rate,
  compare_won_amount,
  won_change,
  compare_attainment_rate,
  open_count,
  open_amount,
  weighted_amount,
  coverage_ratio,
  is_quota_met,
  expected_rate,
  missing_amount_count,
  moved_count,
  prorated_count
FROM rated
ORDER BY attainment_rate DESC NULLS LAST, won_amount DESC, rep_name, owner_user_id
