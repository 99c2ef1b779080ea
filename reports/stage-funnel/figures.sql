-- include: passed.sql
, counts AS (
  SELECT
    span, month_on, stage, stage_position, status, standing, advanced_on, deal_count, entered_count, returned_count, unknown_count
  FROM whole
  CROSS JOIN LATERAL (
    SELECT *
    FROM reporting.stage_cohorts
    WHERE cohort = :cohort
      AND month_on BETWEEN least(:period_from, :compare_from) AND :period_through
      AND month_on >= whole_from
      AND month_on < whole_until
  ) AS sums
  UNION ALL
  SELECT
    span,
    month_on,
    stage,
    stage_position,
    status,
    standing,
    advanced_on,
    count(*),
    count(*) FILTER (WHERE entry_count > 0),
    count(*) FILTER (WHERE entry_count > 1),
    count(*) FILTER (WHERE is_unknown)
  FROM passed
  GROUP BY span, month_on, stage, stage_position, status, standing, advanced_on
),
figures AS (
  SELECT
    month_on,
    stage,
    stage_position,
    sum(deal_count)::bigint AS reached_count,
    sum(entered_count)::bigint AS entered_count,
    sum(returned_count)::bigint AS returned_count,
    sum(unknown_count)::bigint AS unknown_count,
    coalesce(sum(deal_count) FILTER (WHERE standing = 'moved_on'), 0)::bigint AS moved_count,
    coalesce(sum(deal_count) FILTER (WHERE standing = 'lost'), 0)::bigint AS lost_count,
    coalesce(sum(deal_count) FILTER (WHERE standing = 'here'), 0)::bigint AS here_count,
    coalesce(sum(deal_count) FILTER (WHERE standing = 'back'), 0)::bigint AS back_count,
    coalesce(sum(deal_count) FILTER (WHERE status = 'won'), 0)::bigint AS won_count,
    coalesce(sum(deal_count) FILTER (WHERE status = 'lost'), 0)::bigint AS lost_by_now_count,
    coalesce(sum(deal_count) FILTER (WHERE status = 'open'), 0)::bigint AS open_count
  FROM counts
  WHERE span = 'now'
  GROUP BY GROUPING SETS ((stage, stage_position), (month_on, stage, stage_position))
),
-- The cohort compared with, as it stood when it was as old as this one is. Who had moved on from a stage by then had reached the next.
earlier AS (
  SELECT
    stage,
    as_of,
    CASE
      WHEN :cohort = 'created' THEN coalesce(lag(moved_count) OVER (ORDER BY stage_position), deal_count)
      ELSE deal_count
    END AS compare_reached_count,
    moved_count AS compare_moved_count
  FROM (
    SELECT
      stage,
      stage_position,
      max(:today - (:period_from - :compare_from)) AS as_of,
      sum(deal_count)::bigint AS deal_count,
      coalesce(sum(deal_count) FILTER (WHERE advanced_on <= :today - (:period_from - :compare_from)), 0)::bigint AS moved_count
    FROM counts
    WHERE span = 'then'
    GROUP BY stage, stage_position
  ) AS stages
),
stays AS (
  SELECT stage, since_on IS NOT NULL AS is_running, coalesce(days, :today - since_on) AS days, sum(deal_count) AS deal_count
  FROM (
    SELECT stage, days, since_on, deal_count
    FROM whole
    CROSS JOIN LATERAL (
      SELECT *
      FROM reporting.stage_stays
      WHERE cohort = :cohort
        AND month_on BETWEEN :period_from AND :period_through
        AND month_on >= whole_from
        AND month_on < whole_until
    ) AS sums
    WHERE span = 'now'
    UNION ALL
    SELECT stage, days, since_on, count(*)
    FROM passed
    WHERE span = 'now' AND stage_outcome = 'open' AND entry_count > 0
    GROUP BY stage, days, since_on
  ) AS parts
  GROUP BY 1, 2, 3
),
-- include: ../shared/stay-times.sql
, rates AS (
  SELECT
    figures.*,
    stages.outcome = 'open' AS is_open_stage,
    CASE WHEN stages.outcome = 'open' THEN reached_count END AS rated_count
  FROM figures
  JOIN reporting.stages USING (stage)
)
SELECT
  part,
  rates.stage,
  month_on AS cohort_on,
  greatest(month_on, :period_from) || '..' || least((month_on + interval '1 month')::date - 1, :period_through) AS cohort_days,
  reached_count,
  entered_count,
  reached_count - entered_count AS skipped_count,
  returned_count,
  unknown_count,
  CASE WHEN is_open_stage THEN moved_count END AS moved_count,
  round(moved_count / nullif(rated_count, 0)::numeric, 6) AS move_rate,
  round(stats.wilson_low(moved_count, rated_count)::numeric, 6) AS move_rate_low,
  round(stats.wilson_high(moved_count, rated_count)::numeric, 6) AS move_rate_high,
  CASE WHEN is_open_stage THEN here_count + back_count END AS undecided_count,
  round((moved_count + here_count + back_count) / nullif(rated_count, 0)::numeric, 6) AS most_rate,
  lost_count,
  here_count,
  back_count,
  won_count,
  round(won_count / nullif(reached_count, 0)::numeric, 6) AS win_rate,
  round(stats.wilson_low(won_count, reached_count)::numeric, 6) AS win_rate_low,
  round(stats.wilson_high(won_count, reached_count)::numeric, 6) AS win_rate_high,
  lost_by_now_count,
  open_count,
  done_count,
  done_q1_days,
  done_median_days,
  done_q3_days,
  running_count,
  running_q1_days,
  running_median_days,
  running_q3_days,
  CASE WHEN :compare_from IS NOT NULL THEN coalesce(compare_reached_count, 0) END AS compare_reached_count,
  round(reached_count / nullif(compare_reached_count, 0)::numeric - 1, 6) AS reached_change,
  round(compare_moved_count / CASE WHEN is_open_stage THEN nullif(compare_reached_count, 0) END::numeric, 6) AS compare_move_rate,
  as_of AS compare_as_of_on
FROM rates
JOIN (VALUES ('summary', true), ('funnel', true), ('stages', true), ('months', false)) AS parts (part, is_whole)
  ON is_whole = (month_on IS NULL)
LEFT JOIN times ON times.stage = rates.stage AND is_whole
LEFT JOIN earlier ON earlier.stage = rates.stage AND is_whole
WHERE (part <> 'summary' OR rates.stage = :from_stage)
  AND (part <> 'months' OR is_open_stage)
ORDER BY part, stage_position, month_on
