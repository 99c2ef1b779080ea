-- Cases by priority, by owner, by industry and all together, each in a part of its own.
WITH created AS (
  SELECT
-- include: grouping.sql
    count(*) AS created_count,
    count(reply_seconds) AS answered_count,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY reply_seconds) / 3600 AS response_median_hours,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY reply_seconds) / 3600 AS response_p90_hours,
    count(*) FILTER (WHERE reply_seconds IS NULL AND is_open) AS waiting_count,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY :today - opened_on) FILTER (WHERE reply_seconds IS NULL AND is_open) AS waiting_days,
    count(*) FILTER (WHERE reply_seconds < 0) AS negative_count
  FROM (
    -- Medians are of double precision: told once (OFFSET 0), not in each way of adding up.
    SELECT priority, owner_user_id, industry, is_open, opened_on, seconds_to_first_reply::double precision AS reply_seconds
    FROM reporting.support_cases
-- include: filters.sql
      AND opened_on BETWEEN :period_from AND :period_through
    OFFSET 0
  ) AS cases
  GROUP BY GROUPING SETS ((priority), (owner_user_id), (industry), ())
),
resolved AS (
  SELECT
-- include: grouping.sql
    count(*) AS resolved_count,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY first_seconds) / 3600 AS resolution_median_hours,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY first_seconds) / 3600 AS resolution_p90_hours,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY last_seconds) FILTER (WHERE NOT is_open) / 3600 AS full_median_hours,
    count(*) FILTER (WHERE reopen_count > 0) AS returned_count,
    sum(reopen_count)::bigint AS reopen_sum
  FROM (
    SELECT
      priority,
      owner_user_id,
      industry,
      is_open,
      reopen_count,
      seconds_to_first_resolution::double precision AS first_seconds,
      seconds_to_last_resolution::double precision AS last_seconds
    FROM reporting.support_cases
-- include: filters.sql
      AND first_resolved_on BETWEEN :period_from AND :period_through
    OFFSET 0
  ) AS cases
  GROUP BY GROUPING SETS ((priority), (owner_user_id), (industry), ())
),
backlog AS (
  SELECT
-- include: grouping.sql
    count(*) AS backlog_count,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY least(:period_through, :today) - open_from_on) AS backlog_days
  FROM reporting.case_open_times
-- include: filters.sql
    AND open_from_on <= least(:period_through, :today)
    AND (open_until_on > least(:period_through, :today) OR open_until_on IS NULL)
  GROUP BY GROUPING SETS ((priority), (owner_user_id), (industry), ())
),
earlier AS (
  SELECT 7 AS level, created.*, resolved.*, backlog.*
  FROM (
    SELECT
      count(*) AS compare_created_count,
      percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_first_reply::double precision) / 3600 AS compare_response_median_hours
    FROM reporting.support_cases
-- include: filters.sql
      AND opened_on BETWEEN :compare_from AND :compare_through
  ) AS created, (
    SELECT
      count(*) AS compare_resolved_count,
      percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_first_resolution) / 3600 AS compare_resolution_median_hours,
      count(*) FILTER (WHERE reopen_count > 0) AS compare_returned_count
    FROM reporting.support_cases
-- include: filters.sql
      AND first_resolved_on BETWEEN :compare_from AND :compare_through
  ) AS resolved, (
    SELECT sum(case_count)::bigint AS compare_backlog_count
    FROM (
      SELECT case_count
      FROM reporting.backlog_steps
      WHERE
-- include: sums.sql
        AND (:industry IS NULL OR industry = ANY (:industry))
        AND (:priority IS NULL OR priority = ANY (:priority))
        AND day_on <= :compare_through
      UNION ALL
      SELECT count(*)
      FROM reporting.case_open_times
-- include: filters.sql
        AND NOT
-- include: sums.sql
        AND open_from_on <= :compare_through
        AND (open_until_on > :compare_through OR open_until_on IS NULL)
    ) AS steps
  ) AS backlog
  WHERE :compare_from IS NOT NULL
),
figures AS (
  SELECT
    level,
    name,
    coalesce(created_count, 0) AS created_count,
    coalesce(answered_count, 0) AS answered_count,
    coalesce(created_count - answered_count, 0) AS unanswered_count,
    coalesce(waiting_count, 0) AS waiting_count,
    waiting_days,
    round(response_median_hours::numeric, 4) AS response_median_hours,
    round(response_p90_hours::numeric, 4) AS response_p90_hours,
    coalesce(negative_count, 0) AS negative_count,
    coalesce(resolved_count, 0) AS resolved_count,
    round(resolution_median_hours::numeric, 4) AS resolution_median_hours,
    round(resolution_p90_hours::numeric, 4) AS resolution_p90_hours,
    round(full_median_hours::numeric, 4) AS full_median_hours,
    coalesce(returned_count, 0) AS returned_count,
    round(returned_count / nullif(resolved_count, 0)::numeric, 6) AS reopen_rate,
    round(stats.wilson_low(returned_count, resolved_count)::numeric, 6) AS reopen_low,
    round(stats.wilson_high(returned_count, resolved_count)::numeric, 6) AS reopen_high,
    coalesce(reopen_sum, 0) AS reopen_sum,
    coalesce(backlog_count, 0) AS backlog_count,
    backlog_days,
    count(*) FILTER (WHERE level = 5) OVER () AS row_count
  FROM created
  FULL JOIN resolved USING (level, name)
  FULL JOIN backlog USING (level, name)
)
SELECT
  part,
  part <> 'summary' AND level = 7 AS is_total,
  figures.*,
  CASE WHEN level = 3 THEN figures.name WHEN part = 'priorities' THEN 'All priorities' END AS priority,
  CASE WHEN level = 6 THEN figures.name WHEN part = 'industries' THEN 'All industries' END AS industry,
  CASE WHEN level = 5 THEN figures.name END AS owner_user_id,
  CASE
    WHEN level = 5 THEN coalesce(users.name, '(none)')
    WHEN part = 'owners' THEN 'All ' || row_count || CASE row_count WHEN 1 THEN ' owner' ELSE ' owners' END
  END AS owner_name,
  CASE WHEN level = 5 THEN coalesce(users.team_name, '(none)') END AS team_name,
  compare_created_count,
  round(created_count / nullif(compare_created_count, 0)::numeric - 1, 6) AS created_change,
  compare_resolved_count,
  round(resolved_count / nullif(compare_resolved_count, 0)::numeric - 1, 6) AS resolved_change,
  compare_backlog_count,
  round(compare_response_median_hours::numeric, 4) AS compare_response_median_hours,
  round(compare_resolution_median_hours::numeric, 4) AS compare_resolution_median_hours,
  round(compare_returned_count / nullif(compare_resolved_count, 0)::numeric, 6) AS compare_reopen_rate
FROM figures
JOIN (
  VALUES ('summary', 7), ('priorities', 3), ('priorities', 7), ('owners', 5), ('owners', 7), ('industries', 6), ('industries', 7)
) AS parts (part, level) USING (level)
LEFT JOIN earlier USING (level)
LEFT JOIN reporting.users ON level = 5 AND users.user_id::text = figures.name
ORDER BY
  is_total DESC,
  array_position(ARRAY['Urgent', 'High', 'Medium', 'Low'], figures.name),
  backlog_count DESC,
  created_count DESC,
  owner_name,
  figures.name
