-- The leads that the filters let through.
WITH scope AS NOT MATERIALIZED (
  SELECT *
  FROM reporting.lead_conversion
  WHERE (:owner IS NULL OR owner_user_id = ANY (:owner))
-- include: ../shared/of-team.sql
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:status IS NULL OR status = ANY (:status))
    AND (:cf IS NULL OR lead_id IN (SELECT reporting.leads_with(:cf)))
    AND CASE :leads
      WHEN 'created' THEN created_on BETWEEN :period_from AND :period_through
      WHEN 'converted' THEN converted_on BETWEEN :period_from AND :period_through
    END
    AND (:age IS NULL OR CASE :age
      WHEN '30' THEN created_on < :today - 30
      WHEN '60' THEN created_on < :today - 60
      WHEN '90' THEN created_on < :today - 90
      WHEN 'young' THEN created_on >= :today - 90
    END)
    AND (:outcome IS NULL OR CASE :outcome
      WHEN 'converted' THEN is_converted
      WHEN 'within_30' THEN converted_within_30_days
      WHEN 'within_60' THEN converted_within_60_days
      WHEN 'within_90' THEN converted_within_90_days
      WHEN 'undecided' THEN status IN ('New', 'Working', 'Qualified')
      WHEN 'unqualified' THEN status = 'Unqualified'
      WHEN 'negative' THEN days_to_convert < 0
    END)
)
