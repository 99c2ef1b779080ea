    SELECT owner_user_id, completed_count, planned_count
    FROM reporting.rep_activity_months
    WHERE :takes_sums
      AND month_on >= date_trunc('month', :compare_from + interval '1 month' - interval '1 day')::date
      AND month_on < date_trunc('month', :compare_through + interval '1 day')::date
-- include: asked.sql
    UNION ALL
    SELECT owner_user_id, completed_count, planned_count
    FROM reporting.rep_activity_parts
    WHERE activity_on BETWEEN :compare_from AND CASE
        WHEN NOT :takes_sums THEN :compare_through
        ELSE least(:compare_through, date_trunc('month', :compare_from + interval '1 month' - interval '1 day')::date - 1)
      END
-- include: asked.sql
    UNION ALL
    SELECT owner_user_id, completed_count, planned_count
    FROM reporting.rep_activity_parts
    WHERE :takes_sums
      AND activity_on BETWEEN greatest(
        date_trunc('month', :compare_from + interval '1 month' - interval '1 day')::date,
        date_trunc('month', :compare_through + interval '1 day')::date
      ) AND :compare_through
-- include: asked.sql
