-- The people of the selection, their teams and all of them, each way of adding them up in a part of its own.
WITH
-- include: ../shared/attainment.sql
, sums AS (
  SELECT
    grouping(team_name, owner_user_id) AS level,
    owner_user_id,
    max(rep_name) AS rep_name,
    team_name,
    count(*) AS rep_count,
    sum(won_amount) AS won_amount,
    sum(won_count)::bigint AS won_count,
    sum(missing_amount_count)::bigint AS missing_amount_count,
    sum(moved_count)::bigint AS moved_count,
    sum(compare_won_amount) AS compare_won_amount,
    sum(quota_amount) AS quota_amount,
    sum(quota_to_date_amount) AS quota_to_date_amount,
    max(quota_day_count)::bigint AS quota_day_count,
    sum(prorated_count)::bigint AS prorated_count,
    sum(compare_quota_amount) AS compare_quota_amount,
    sum(open_count)::bigint AS open_count,
    sum(open_amount) AS open_amount,
    sum(weighted_amount) AS weighted_amount,
    count(quota_amount) AS quota_person_count,
    count(*) FILTER (WHERE coalesce(won_amount, 0) >= quota_amount) AS at_quota_count,
    count(*) FILTER (WHERE quota_day_count < :period_days) AS partial_count,
    count(*) FILTER (WHERE quota_amount IS NULL AND won_count > 0) AS without_quota_count,
    sum(won_amount) FILTER (WHERE quota_amount IS NULL) AS without_quota_amount,
    sum(won_amount) FILTER (WHERE quota_amount IS NOT NULL) AS with_quota_amount
  FROM reps
  GROUP BY GROUPING SETS ((owner_user_id, team_name), (team_name), ())
),
-- The totals come first, and end the tables.
parts AS (
  SELECT part, sums.*, part <> 'summary' AND level = 3 AS is_total
  FROM sums
  JOIN (VALUES ('summary', 3), ('teams', 1), ('teams', 3), ('reps', 0), ('reps', 3)) AS parts (part, level) USING (level)
  WHERE part = 'summary' OR rep_count > 0
),
team_counts AS (
  SELECT count(DISTINCT team_name) AS team_count FROM reps
),
others AS (
  SELECT
    (SELECT coalesce(sum(won_count), 0) FROM won_sums WHERE currency <> :currency)::bigint AS other_currency_count,
    (SELECT count(*) FROM quota_parts WHERE span = 'now' AND currency <> :currency) AS other_currency_quota_count
)
SELECT
  part,
  is_total,
  CASE WHEN is_total AND part = 'teams' THEN team_count WHEN is_total THEN rep_count END AS row_count,
  owner_user_id,
  CASE WHEN is_total THEN 'All ' || rep_count || CASE WHEN rep_count = 1 THEN ' rep' ELSE ' reps' END ELSE rep_name END AS rep_name,
  CASE
    WHEN part = 'teams' AND is_total THEN 'All ' || team_count || CASE WHEN team_count = 1 THEN ' team' ELSE ' teams' END
    ELSE team_name
  END AS team_name,
  :currency AS currency,
-- include: ../shared/attainment-rates.sql
  , round(:elapsed_days / nullif(:period_days, 0)::numeric, 6) AS period_share,
  greatest(quota_amount - coalesce(won_amount, 0), 0) AS remaining_quota_amount,
  coalesce(won_amount, 0) - quota_to_date_amount AS pace_amount,
  CASE WHEN level = 0 THEN quota_day_count END AS quota_day_count,
  level = 0 AND coalesce(quota_day_count < :period_days, false) AS is_quota_partial,
  level = 0 AND quota_amount IS NULL AND :period_days IS NOT NULL AS is_without_quota,
  rep_count,
  quota_person_count,
  at_quota_count,
  partial_count,
  without_quota_count,
  without_quota_amount,
  round(coalesce(with_quota_amount, 0) / nullif(quota_amount, 0), 6) AS with_quota_rate,
  :period_days - (SELECT quota_day_count FROM quota_facts) AS quota_gap_days,
  other_currency_count,
  other_currency_quota_count
FROM parts, team_counts, others
ORDER BY is_total DESC, attainment_rate DESC NULLS LAST, parts.won_amount DESC NULLS LAST, rep_name, team_name, owner_user_id
