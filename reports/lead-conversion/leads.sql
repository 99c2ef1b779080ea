  SELECT
    lead_source,
    owner_user_id,
    created_on,
    days_to_convert,
-- include: ../shared/lead-outcome.sql
  FROM reporting.lead_conversion
  WHERE (:owner IS NULL OR owner_user_id = ANY (:owner))
-- include: ../shared/of-team.sql
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:cf IS NULL OR lead_id IN (SELECT reporting.leads_with(:cf)))
