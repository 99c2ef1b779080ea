-- include: scored.sql
, calls AS (
  SELECT
    coalesce(sum(call_count), 0)::bigint AS call_count,
    coalesce(sum(timed_call_count), 0)::bigint AS timed_call_count,
    sum(duration_seconds)::bigint AS duration_seconds
  FROM counted
),
people AS (
  SELECT count(*) AS rep_count
  FROM (
    SELECT
    FROM rep_weeks
    WHERE rep_user_id <> '00000000-0000-0000-0000-000000000000'
      AND NOT
-- include: sums.sql
    GROUP BY rep_user_id
    HAVING sum(call_count) > 0
  ) AS reps_with_calls
  UNION ALL
  -- LIMIT keeps this a look into the index for each.
  SELECT count((
    SELECT true
    FROM reporting.conversations AS calls
    WHERE calls.rep_user_id = users.user_id
      AND calls.started_at >= reporting.day_begins_at(:period_from)
      AND calls.started_at < reporting.day_begins_at(:period_through + 1)
    LIMIT 1
  ))
  FROM reporting.users
  WHERE
-- include: sums.sql
),
scores AS (
  SELECT coalesce(sum(call_count), 0)::bigint AS scored_count, sum(score_sum) AS score_sum
  FROM scored
),
weeks AS (
  SELECT week_on, sum(call_count)::bigint AS call_count
  FROM counted
  GROUP BY week_on
  HAVING sum(call_count) > 0
),
scored_weeks AS (
  SELECT week_on, sum(call_count)::bigint AS scored_count, sum(score_sum) AS score_sum
  FROM scored
  GROUP BY week_on
  HAVING sum(call_count) > 0
),
-- A period of up to two years has all its weeks; of a longer one those between the first call and the last.
span AS (
  SELECT
    CASE WHEN :period_days <= 731 AND num_nonnulls(:deals, :quartile) = 0
      THEN date_trunc('week', :period_from::timestamp)::date ELSE min(week_on) END AS first_on,
    CASE WHEN :period_days <= 731 AND num_nonnulls(:deals, :quartile) = 0
      THEN date_trunc('week', :period_through::timestamp)::date ELSE max(week_on) END AS last_on
  FROM weeks
)
SELECT
  'summary' AS part,
  -- The list says it as its total.
  'All ' || call_count || CASE call_count WHEN 1 THEN ' call' ELSE ' calls' END AS title,
  call_count AS row_count,
  call_count,
  (SELECT signal_name FROM shown) AS signal_name,
  scored_count,
  round(trim_scale(score_sum) / nullif(scored_count, 0), 6) AS mean_score,
  round(trim_scale(score_sum) / nullif(scored_count, 0), 6) AS score,
  CASE WHEN timed_call_count > 0 THEN duration_seconds END AS duration_seconds,
  round(duration_seconds / nullif(timed_call_count, 0)::numeric) AS mean_duration_seconds,
  call_count - timed_call_count AS untimed_count,
  (SELECT sum(rep_count)::bigint FROM people) AS rep_count,
  NULL::date AS week_on,
  NULL AS iso_week,
  NULL AS week_period
FROM calls
CROSS JOIN scores
UNION ALL
SELECT
  'weeks',
  NULL,
  NULL,
  coalesce(weeks.call_count, 0),
  (SELECT signal_name FROM shown),
  coalesce(scored_weeks.scored_count, 0),
  round(trim_scale(scored_weeks.score_sum) / scored_weeks.scored_count, 6),
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  calendar.week_on,
  to_char(calendar.week_on, 'IYYY-"W"IW'),
  CASE
    WHEN num_nonnulls(:deals, :quartile) = 0
    THEN greatest(calendar.week_on, :period_from) || '..' || least(calendar.week_on + 6, :period_through)
  END
FROM span
CROSS JOIN LATERAL (
  SELECT monday::date AS week_on FROM generate_series(span.first_on, span.last_on, interval '7 days') AS monday
) AS calendar
LEFT JOIN weeks ON weeks.week_on = calendar.week_on
LEFT JOIN scored_weeks ON scored_weeks.week_on = calendar.week_on
ORDER BY part, week_on
