-- include: scope.sql
-- Who sees all, and asks for nothing that they are not split by, takes sums of whole months, and the deals of the days around these.
, whole AS (
  SELECT
    date_trunc('month', :period_from + interval '1 month' - interval '1 day')::date AS from_on,
    (
      date_trunc('month', :period_through::timestamp)
      + CASE
        WHEN EXISTS (
          SELECT
          FROM reporting.stage_funnel
          WHERE stage = :from_stage
            AND
-- include: ../shared/stage-cohort.sql
            BETWEEN :period_through + 1 AND (date_trunc('month', :period_through::timestamp) + interval '1 month - 1 day')::date
        )
        THEN interval '0'
        -- A month that has come this far is whole, as long as nothing is in the rest of it.
        ELSE interval '1 month'
      END
    )::date AS until_on
  WHERE
-- include: sums.sql
),
one_by_one AS MATERIALIZED (
  SELECT has_moved, is_undecided, status, done_days, running_days
  FROM scope
  WHERE NOT
-- include: sums.sql
  UNION ALL
  SELECT has_moved, is_undecided, status, done_days, running_days
  FROM scope
  WHERE
-- include: sums.sql
    AND
-- include: ../shared/stage-cohort.sql
    <= (SELECT from_on - 1 FROM whole)
  UNION ALL
  SELECT has_moved, is_undecided, status, done_days, running_days
  FROM scope
  WHERE
-- include: sums.sql
    AND
-- include: ../shared/stage-cohort.sql
    >= (SELECT greatest(from_on, until_on) FROM whole)
),
cells AS (
  SELECT standing = 'moved_on' AS has_moved, standing IN ('here', 'back') AS is_undecided, status, deal_count
  FROM reporting.stage_cohorts
  WHERE
-- include: whole-months.sql
  UNION ALL
  SELECT has_moved, is_undecided, status, count(*)
  FROM one_by_one
  GROUP BY has_moved, is_undecided, status
),
counts AS (
  SELECT
    coalesce(sum(deal_count), 0)::bigint AS deal_count,
    coalesce(sum(deal_count) FILTER (WHERE (SELECT outcome FROM asked_stage) = 'open'), 0)::bigint AS rated_count,
    coalesce(sum(deal_count) FILTER (WHERE has_moved), 0)::bigint AS moved_count,
    coalesce(sum(deal_count) FILTER (WHERE is_undecided), 0)::bigint AS undecided_count,
    coalesce(sum(deal_count) FILTER (WHERE status = 'won'), 0)::bigint AS won_count,
    coalesce(sum(deal_count) FILTER (WHERE status = 'open'), 0)::bigint AS open_count
  FROM cells
),
stays AS (
  SELECT :from_stage AS stage, is_running, days, sum(deal_count) AS deal_count
  FROM (
    SELECT since_on IS NOT NULL AS is_running, coalesce(days, :today - since_on) AS days, deal_count
    FROM reporting.stage_stays
    WHERE
-- include: whole-months.sql
    UNION ALL
    SELECT false, done_days, 1 FROM one_by_one WHERE done_days IS NOT NULL
    UNION ALL
    SELECT true, running_days, 1 FROM one_by_one WHERE running_days IS NOT NULL
  ) AS parts
  GROUP BY is_running, days
),
-- include: ../shared/stay-times.sql
SELECT
  :from_stage AS stage,
  deal_count,
  moved_count,
  round(moved_count / nullif(rated_count, 0)::numeric, 6) AS move_rate,
  round(stats.wilson_low(moved_count, rated_count)::numeric, 6) AS move_rate_low,
  round(stats.wilson_high(moved_count, rated_count)::numeric, 6) AS move_rate_high,
  -- How deals stand to the stage is known as of now.
  CASE WHEN :as_of IS NULL THEN undecided_count END AS undecided_count,
  CASE WHEN :as_of IS NULL THEN round((moved_count + undecided_count) / nullif(rated_count, 0)::numeric, 6) END AS most_rate,
  won_count,
  round(won_count / nullif(deal_count, 0)::numeric, 6) AS win_rate,
  round(stats.wilson_low(won_count, deal_count)::numeric, 6) AS win_rate_low,
  round(stats.wilson_high(won_count, deal_count)::numeric, 6) AS win_rate_high,
  open_count,
  coalesce(done_count, 0) AS done_count,
  done_q1_days,
  done_median_days,
  done_q3_days,
  coalesce(running_count, 0) AS running_count,
  running_q1_days,
  running_median_days,
  running_q3_days,
  -- The list says it as its total.
  'All ' || deal_count || CASE deal_count WHEN 1 THEN ' deal' ELSE ' deals' END AS opportunity_name,
  deal_count AS row_count
FROM counts
LEFT JOIN times ON true
