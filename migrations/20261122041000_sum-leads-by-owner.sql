-- Up Migration

-- How many leads each owner has, so that of a list of owners those of one page alone have their leads read.
SELECT mart.add_rollup(
  'owner_lead_months', 'lead_conversion', '{owner_user_id,month_on}', 'lead_count',
  $template$
    SELECT owner_user_id, date_trunc('month', created_on::timestamp)::date AS month_on, count(*) AS lead_count
    FROM <rows> AS leads
    GROUP BY 1, 2
  $template$,
  'report:sales'
);
SELECT mart.add_own_sums('owner_lead_months', 'lead_count');
CREATE INDEX ON mart.owner_lead_months (owner_user_id, month_on);
CREATE INDEX ON mart.owner_lead_months (month_on);

CREATE VIEW reporting.owner_lead_months WITH (security_barrier) AS
SELECT
  owner_user_id,
  month_on,
  lead_count,
  -- A second before, the day before has not ended yet: right also where clocks go forward or back at midnight.
  ((month_on::timestamp - interval '1 second') AT TIME ZONE (SELECT ops.business_time_zone())) + interval '1 second' AS month_at
FROM mart.owner_lead_months_visible AS months;
GRANT SELECT ON reporting.owner_lead_months TO tidemark_reader;
SELECT mart.add_page_views('owner_lead_months');

COMMENT ON VIEW reporting.owner_lead_months IS
  'How many leads each owner has of each month. One row per owner and month of creation, where there is one; unique by owner_user_id, '
  'month_on. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.owner_lead_months.owner_user_id IS
  'Person who owns the leads; 00000000-0000-0000-0000-000000000000 where nobody does.';
COMMENT ON COLUMN reporting.owner_lead_months.month_on IS 'First day of the month of creation, in the business time zone.';
COMMENT ON COLUMN reporting.owner_lead_months.lead_count IS 'Leads.';
COMMENT ON COLUMN reporting.owner_lead_months.month_at IS 'Instant at which the month begins in the business time zone.';

-- Of an owner, what figures of leads are made of.
DROP INDEX mart.lead_conversion_owner_idx;
CREATE INDEX lead_conversion_owner_idx ON mart.lead_conversion (owner_user_id, created_on)
  INCLUDE (
    lead_id, lead_source, industry, status, is_converted, days_to_convert, converted_within_30_days, converted_within_60_days,
    converted_within_90_days
  );

-- The leads of some days, out of those of all years.
CREATE INDEX ON mart.lead_days (created_on);

-- Down Migration

DROP INDEX mart.lead_days_created_on_idx;
DROP INDEX mart.lead_conversion_owner_idx;
CREATE INDEX lead_conversion_owner_idx ON mart.lead_conversion (owner_user_id, created_on);
SELECT mart.drop_page_views('owner_lead_months');
DROP VIEW reporting.owner_lead_months;
SELECT mart.remove_rollup('owner_lead_months');
