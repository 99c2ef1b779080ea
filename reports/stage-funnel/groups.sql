-- Deals that came to the stage, by rep, by team and by industry, each way in a part of its own.
WITH deals AS MATERIALIZED (
  SELECT
    owner_user_id,
    industry,
    status,
    standing,
    CASE WHEN current_since IS NULL AND entry_count > 0 THEN finished_days END AS days
  FROM reporting.stage_funnel
  WHERE stage = :from_stage
    AND
-- include: ../shared/stage-cohort.sql
      BETWEEN :period_from AND :period_through
-- include: ../shared/stage-filters.sql
),
people AS (
  SELECT user_id, name, team_name FROM reporting.users
),
counts AS (
  SELECT
    grouping(owner_user_id, team_name, industry) AS level,
    coalesce(owner_user_id::text, team_name, industry, '') AS name,
    owner_user_id,
    team_name,
    industry,
    sum(deal_count)::bigint AS reached_count,
    coalesce(sum(deal_count) FILTER (WHERE standing = 'moved_on'), 0)::bigint AS moved_count,
    coalesce(sum(deal_count) FILTER (WHERE standing IN ('here', 'back')), 0)::bigint AS undecided_count,
    coalesce(sum(deal_count) FILTER (WHERE standing = 'lost'), 0)::bigint AS lost_count,
    coalesce(sum(deal_count) FILTER (WHERE status = 'won'), 0)::bigint AS won_count,
    coalesce(sum(deal_count) FILTER (WHERE status = 'lost'), 0)::bigint AS lost_by_now_count,
    coalesce(sum(deal_count) FILTER (WHERE status = 'open'), 0)::bigint AS open_count
  FROM (
    SELECT owner_user_id, coalesce(team_name, '(none)') AS team_name, industry, standing, status, deal_count
    FROM (
      SELECT owner_user_id, industry, standing, status, count(*) AS deal_count
      FROM deals
      GROUP BY owner_user_id, industry, standing, status
    ) AS cells
    LEFT JOIN people ON people.user_id = owner_user_id
  ) AS cells
  GROUP BY GROUPING SETS ((owner_user_id), (team_name), (industry), ())
  HAVING count(*) > 0
),
medians AS (
  SELECT
    grouping(owner_user_id, team_name, industry) AS level,
    coalesce(owner_user_id::text, team_name, industry, '') AS name,
    count(*) AS done_count,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS done_median_days
  FROM (
    SELECT owner_user_id, coalesce(team_name, '(none)') AS team_name, industry, days
    FROM deals
    LEFT JOIN people ON people.user_id = owner_user_id
    WHERE days IS NOT NULL
  ) AS done
  GROUP BY GROUPING SETS ((owner_user_id), (team_name), (industry), ())
)
SELECT
  part,
  level = 7 AS is_total,
  CASE WHEN level = 7 THEN count(*) OVER of_part - 1 END AS row_count,
  :from_stage AS stage,
  counts.owner_user_id,
  CASE
    WHEN level = 3 THEN coalesce(people.name, '(none)')
    WHEN part = 'reps' THEN 'All ' || count(*) OVER of_part - 1 || CASE count(*) OVER of_part WHEN 2 THEN ' rep' ELSE ' reps' END
  END AS rep_name,
  CASE
    WHEN level = 3 THEN coalesce(people.team_name, '(none)')
    WHEN level = 7 AND part = 'teams' THEN 'All teams'
    WHEN level = 5 THEN counts.team_name
  END AS team_name,
  CASE WHEN level = 7 AND part = 'industries' THEN 'All industries' ELSE counts.industry END AS industry,
  reached_count,
  moved_count,
  round(moved_count / nullif(reached_count, 0)::numeric, 6) AS move_rate,
  round(stats.wilson_low(moved_count, reached_count)::numeric, 6) AS move_rate_low,
  round(stats.wilson_high(moved_count, reached_count)::numeric, 6) AS move_rate_high,
  undecided_count,
  lost_count,
  won_count,
  round(won_count / nullif(reached_count, 0)::numeric, 6) AS win_rate,
  round(stats.wilson_low(won_count, reached_count)::numeric, 6) AS win_rate_low,
  round(stats.wilson_high(won_count, reached_count)::numeric, 6) AS win_rate_high,
  lost_by_now_count,
  open_count,
  coalesce(done_count, 0) AS done_count,
  done_median_days
FROM counts
-- Every median has its count. Only a hash can do a full join: expecting few groups, the planner would compare each with each.
FULL JOIN medians USING (level, name)
JOIN (VALUES ('reps', 3), ('reps', 7), ('teams', 5), ('teams', 7), ('industries', 6), ('industries', 7)) AS parts (part, level)
  USING (level)
LEFT JOIN people ON people.user_id = counts.owner_user_id
WINDOW of_part AS (PARTITION BY part)
ORDER BY part, is_total DESC, reached_count DESC, rep_name, team_name, industry, counts.owner_user_id
