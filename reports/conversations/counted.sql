-- How many calls there are, week by week, in parts to be added up: whole weeks are counted already.
WITH
-- include: asked.sql
-- include: of-deals.sql
, ends AS (
  SELECT
    date_trunc('week', :period_from::timestamp)::date AS begins_on,
    date_trunc(
      'week',
      CASE
        WHEN EXISTS (
          SELECT
          FROM reporting.conversations
          WHERE started_at >= reporting.day_begins_at(:period_through + 1)
            AND started_at < reporting.day_begins_at(date_trunc('week', :period_through::timestamp)::date + 7)
        )
        THEN :period_through - 6
        -- A week that has come this far is whole, as long as nothing is in the rest of it.
        ELSE :period_through
      END::timestamp
    )::date AS through_on
),
whole AS (
  SELECT
    CASE
      WHEN begins_on = :period_from
        -- Of a week that begins before the period by less than half, the days before are taken off again.
        OR :period_from - begins_on <= 3 AND begins_on <= through_on
      THEN begins_on
      ELSE begins_on + 7
    END AS from_on,
    through_on
  FROM ends
),
-- Days whose calls are counted one by one, and those whose calls are taken off.
days AS (
  SELECT reporting.day_begins_at(:period_from) AS from_at, reporting.day_begins_at(least(from_on, :period_through + 1)) AS until_at, 1 AS sign
  FROM whole
  WHERE
-- include: plain.sql
  UNION ALL
  SELECT reporting.day_begins_at(from_on), reporting.day_begins_at(:period_from), -1
  FROM whole
  WHERE
-- include: plain.sql
  UNION ALL
  SELECT reporting.day_begins_at(greatest(from_on, through_on + 7)), reporting.day_begins_at(:period_through + 1), 1
  FROM whole
  WHERE
-- include: plain.sql
  UNION ALL
  SELECT reporting.day_begins_at(:period_from), reporting.day_begins_at(:period_through + 1), 1
  WHERE num_nonnulls(:deals, :quartile) = 0 AND NOT
-- include: plain.sql
),
one_by_one AS MATERIALIZED (
  SELECT found.call_id, found.rep_user_id, found.week_on, found.duration_seconds, days.sign
  FROM days
  CROSS JOIN LATERAL reporting.conversations_found(
    words => :q, participant => :participant, response => :response, score => :score, fields => :cf,
    call => :call, deal => :deal::uuid,
    reps => CASE WHEN num_nonnulls(:team, :owner) > 0 THEN ARRAY(SELECT user_id FROM reps) END,
    from_at => days.from_at, until_at => days.until_at
  ) AS found
  WHERE days.from_at < days.until_at
-- when: deals, quartile
  UNION ALL
  SELECT call_id, rep_user_id, week_on, duration_seconds, 1
  FROM of_deals
-- end
),
rep_weeks AS (
  SELECT rep_user_id, week_on, call_count, timed_call_count, duration_seconds
  FROM reporting.rep_weekly_calls
  WHERE NOT
-- include: sums.sql
    AND
-- include: plain.sql
-- include: whole-weeks.sql
    AND (num_nonnulls(:team, :owner) = 0 OR rep_user_id = ANY (ARRAY(SELECT user_id FROM reps)))
  UNION ALL
  SELECT rep_user_id, week_on, sign, sign * num_nonnulls(duration_seconds), sign * duration_seconds
  FROM one_by_one
),
counted AS (
  SELECT week_on, call_count, timed_call_count, duration_seconds
  FROM reporting.call_weeks
  WHERE
-- include: sums.sql
-- include: whole-weeks.sql
  UNION ALL
  SELECT week_on, call_count, timed_call_count, duration_seconds
  FROM rep_weeks
)
