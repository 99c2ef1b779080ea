-- Up Migration

-- Whoever sees all leads counts those of a year: from the index alone, because the rows of a year lie all over the mart.
-- The indexes have what lead conversion counts and filters by, and the key, with which newer rows replace older ones.

CREATE INDEX lead_conversion_cohorts_idx ON mart.lead_conversion (created_on)
  INCLUDE (
    owner_user_id, lead_id, lead_source, industry, status, is_converted, days_to_convert,
    converted_within_30_days, converted_within_60_days, converted_within_90_days
  );
-- The times of a median are those of the converted, which are few.
CREATE INDEX lead_conversion_times_idx ON mart.lead_conversion (created_on)
  INCLUDE (owner_user_id, lead_id, lead_source, industry, days_to_convert)
  WHERE is_converted;
DROP INDEX mart.lead_conversion_created_on_idx;

-- Down Migration

CREATE INDEX lead_conversion_created_on_idx ON mart.lead_conversion (created_on);
DROP INDEX mart.lead_conversion_times_idx;
DROP INDEX mart.lead_conversion_cohorts_idx;
