  -- Who sees all, and asks for nothing that the sums of days are not split by, needs no case for this.
  SELECT day_on AS opened_on, created_count AS case_count
  FROM reporting.case_days
  WHERE
-- include: sums.sql
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:priority IS NULL OR priority = ANY (:priority))
    AND day_on BETWEEN :period_from AND :period_through
