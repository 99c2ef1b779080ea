WITH
-- include: peers.sql
-- include: ../shared/attainment.sql
-- include: rated.sql
-- Medians of the team, of those whose rows whoever asks sees: of fewer than three people they would tell of one.
, medians AS (
  SELECT
    CASE WHEN count(*) >= 3 THEN count(*) END AS peer_count,
    array_agg(won_amount ORDER BY won_amount) AS amounts,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY attainment_rate) AS attainment_rate,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY pace_rate) AS pace_rate,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY expected_rate) AS expected_rate
  FROM rated
  WHERE quota_amount IS NOT NULL
)
SELECT
  rated.*,
  :currency AS currency,
  round(:elapsed_days / nullif(:period_days, 0)::numeric, 6) AS period_share,
  won_amount - quota_to_date_amount AS pace_amount,
  greatest(quota_amount - won_amount, 0) AS remaining_quota_amount,
  medians.peer_count,
  CASE
    WHEN medians.peer_count IS NOT NULL
    THEN round((amounts[(cardinality(amounts) + 1) / 2] + amounts[cardinality(amounts) / 2 + 1]) / 2, 4)
  END AS median_won_amount,
  CASE WHEN medians.peer_count IS NOT NULL THEN round(medians.attainment_rate::numeric, 6) END AS median_attainment_rate,
  CASE WHEN medians.peer_count IS NOT NULL THEN round(medians.pace_rate::numeric, 6) END AS median_pace_rate,
  CASE WHEN medians.peer_count IS NOT NULL THEN round(medians.expected_rate::numeric, 6) END AS median_expected_rate
FROM rated
LEFT JOIN medians ON true
WHERE is_chosen
