-- How many there are. Where no words are searched for, the days are counted already.
WITH
-- include: owners.sql
, days AS (
  SELECT activity_on, completed_count, planned_count
  FROM reporting.activity_days
  CROSS JOIN asked
  WHERE :sees_all AND num_nonnulls(:team, :owner) = 0 AND :q IS NULL
    AND activity_on BETWEEN asked.from_on AND asked.through_on
    AND (:type IS NULL OR activity_type = ANY (:type))
  UNION ALL
  -- Of some people, sums of whole months that have gone by, and the days before and after these alone.
  SELECT month_on, completed_count, planned_count
  FROM reporting.rep_activity_months
  CROSS JOIN asked
  WHERE :takes_sums
    AND month_on >= asked.whole_from
    AND month_on < asked.whole_until
-- include: of-some.sql
  UNION ALL
  SELECT activity_on, completed_count, planned_count
  FROM reporting.rep_activity_parts
  CROSS JOIN asked
  WHERE activity_on BETWEEN asked.from_on AND CASE
      WHEN :takes_sums THEN least(asked.through_on, asked.whole_from - 1)
      ELSE asked.through_on
    END
-- include: of-some.sql
  UNION ALL
  SELECT activity_on, completed_count, planned_count
  FROM reporting.rep_activity_parts
  CROSS JOIN asked
  WHERE :takes_sums
    AND activity_on BETWEEN greatest(asked.whole_from, asked.whole_until) AND asked.through_on
-- include: of-some.sql
),
parts AS (
  SELECT
    CASE WHEN is_completed OR is_completed IS NULL THEN coalesce(sum(completed_count), 0) ELSE 0 END AS completed_count,
    CASE WHEN is_completed THEN 0 ELSE coalesce(sum(planned_count), 0) END AS planned_count,
    CASE WHEN is_completed THEN 0 ELSE coalesce(sum(planned_count) FILTER (WHERE activity_on < :today), 0) END AS overdue_count
  FROM asked
  LEFT JOIN days ON true
  GROUP BY is_completed
  UNION ALL
  SELECT
    count(completed_at),
    count(*) - count(completed_at),
    count(*) FILTER (WHERE completed_at IS NULL AND activity_at < reporting.day_begins_at(:today))
  FROM asked
  CROSS JOIN LATERAL reporting.activities_found(
    words => :q, types => :type, is_completed => asked.is_completed,
    owners => CASE WHEN num_nonnulls(:team, :owner) > 0 THEN ARRAY(SELECT user_id FROM owners) END,
    from_at => reporting.day_begins_at(asked.from_on), until_at => reporting.day_begins_at(asked.through_on + 1)
  ) AS found
  WHERE :q IS NOT NULL
),
sums AS (
  SELECT
    sum(completed_count + planned_count)::bigint AS activity_count,
    sum(completed_count)::bigint AS completed_count,
    sum(planned_count)::bigint AS planned_count,
    sum(overdue_count)::bigint AS overdue_count
  FROM parts
)
SELECT
  'All ' || activity_count || CASE activity_count WHEN 1 THEN ' activity' ELSE ' activities' END AS subject,
  activity_count AS row_count,
  sums.*
FROM sums
