-- The cases that the filters let through.
WITH scope AS NOT MATERIALIZED (
  SELECT *
  FROM reporting.support_cases
  WHERE (:owner IS NULL OR owner_user_id = ANY (:owner))
-- include: ../shared/of-team.sql
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:priority IS NULL OR priority = ANY (:priority))
    AND (:status IS NULL OR status = ANY (:status))
    AND (:cf IS NULL OR case_id IN (SELECT reporting.cases_with(:cf)))
    AND CASE
      WHEN :cases IN ('created', 'answered', 'unanswered', 'waiting', 'negative')
        THEN opened_on BETWEEN :period_from AND :period_through
      WHEN :cases IN ('resolved', 'returned') THEN first_resolved_on BETWEEN :period_from AND :period_through
      ELSE true
    END
    AND CASE :cases
      WHEN 'answered' THEN seconds_to_first_reply IS NOT NULL
      WHEN 'unanswered' THEN seconds_to_first_reply IS NULL
      WHEN 'waiting' THEN seconds_to_first_reply IS NULL AND is_open
      WHEN 'negative' THEN seconds_to_first_reply < 0
      WHEN 'returned' THEN reopen_count > 0
      ELSE true
    END
    AND (:cases <> 'reopened' OR case_id = ANY (ARRAY(
      SELECT case_id
      FROM reporting.case_open_times
      WHERE is_reopening AND open_from_on BETWEEN :period_from AND :period_through
    )))
    AND (:cases <> 'backlog' OR case_id = ANY (ARRAY(
      SELECT case_id
      FROM reporting.case_open_times
      WHERE open_from_on <= least(:period_through, :today)
        AND (open_until_on > least(:period_through, :today) OR open_until_on IS NULL)
    )))
)
