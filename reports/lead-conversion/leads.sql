  SELECT
    lead_source,
    owner_user_id,
    created_on,
    days_to_convert,
    -- What became of it, as a number, which is quick to group by.
    CASE
      WHEN is_converted THEN
        CASE
          WHEN days_to_convert < 0 THEN 0
          WHEN converted_within_30_days THEN 30
          WHEN converted_within_60_days THEN 60
          WHEN converted_within_90_days THEN 90
          ELSE 99
        END
      WHEN status = 'Unqualified' THEN -1
    END AS outcome
  FROM reporting.lead_conversion
  WHERE (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:cf IS NULL OR lead_id IN (SELECT reporting.leads_with(:cf)))
