  WHERE (:owner IS NULL OR owner_user_id = ANY (:owner))
-- include: ../shared/of-team.sql
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:priority IS NULL OR priority = ANY (:priority))
    AND (:cf IS NULL OR case_id IN (SELECT reporting.cases_with(:cf)))
