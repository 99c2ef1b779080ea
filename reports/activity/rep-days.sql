  -- Sums of whole months that have gone by, and the days before and after these alone.
  SELECT owner_user_id, month_on AS activity_on, activity_type, completed_count, planned_count, true AS is_month
  FROM reporting.rep_activity_months
  WHERE :takes_sums
    AND month_on >=
-- include: whole-from.sql
    AND month_on <
-- include: whole-until.sql
-- include: asked.sql
  UNION ALL
  SELECT owner_user_id, activity_on, activity_type, completed_count, planned_count, false
  FROM reporting.rep_activity_parts
  WHERE activity_on BETWEEN :period_from AND CASE WHEN NOT :takes_sums THEN :period_to ELSE least(
      :period_to,
-- include: whole-from.sql
      - 1
    ) END
-- include: asked.sql
  UNION ALL
  SELECT owner_user_id, activity_on, activity_type, completed_count, planned_count, false
  FROM reporting.rep_activity_parts
  WHERE :takes_sums
    AND activity_on BETWEEN greatest(
-- include: whole-from.sql
      ,
-- include: whole-until.sql
    ) AND :period_to
-- include: asked.sql
