-- Up Migration

CREATE VIEW mart.lead_conversion_definition AS
SELECT
  leads.id AS lead_id,
  coalesce(nullif(btrim(concat_ws(' ', leads.first_name, leads.last_name)), ''), '(no name)') AS lead_name,
  coalesce(leads.owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  coalesce(nullif(btrim(leads.company_name), ''), '(none)') AS company_name,
  coalesce(nullif(btrim(leads.industry), ''), '(none)') AS industry,
  coalesce(nullif(btrim(leads.lead_source), ''), '(none)') AS lead_source,
  leads.status::text AS status,
  leads.created_at,
  (leads.created_at AT TIME ZONE (SELECT ops.business_time_zone()))::date AS created_on,
  leads.converted_at IS NOT NULL AS is_converted,
  leads.converted_at,
  (leads.converted_at AT TIME ZONE (SELECT ops.business_time_zone()))::date AS converted_on,
  elapsed.days::numeric(12, 4) AS days_to_convert,
  coalesce(elapsed.days <= 30, false) AS converted_within_30_days,
  coalesce(elapsed.days <= 60, false) AS converted_within_60_days,
  coalesce(elapsed.days <= 90, false) AS converted_within_90_days
FROM crm.leads
-- Unrounded, so that a second more than 30 days is more than 30 days.
CROSS JOIN LATERAL (SELECT extract(epoch FROM leads.converted_at - leads.created_at) / 86400 AS days) AS elapsed;
COMMENT ON VIEW mart.lead_conversion_definition IS
  'What mart.lead_conversion holds after a refresh: one row per lead; unique by lead_id.';

CREATE MATERIALIZED VIEW mart.lead_conversion AS
SELECT * FROM mart.lead_conversion_definition
WITH NO DATA;
COMMENT ON MATERIALIZED VIEW mart.lead_conversion IS
  'One row per lead; unique by lead_id. No coarser, because medians and the rows behind a figure need each lead.';

CREATE UNIQUE INDEX lead_conversion_key ON mart.lead_conversion (lead_id);
CREATE INDEX lead_conversion_owner_idx ON mart.lead_conversion (owner_user_id, created_on);
CREATE INDEX lead_conversion_created_on_idx ON mart.lead_conversion (created_on);
CREATE INDEX lead_conversion_converted_on_idx ON mart.lead_conversion (converted_on) WHERE is_converted;

SELECT mart.capture_changes('crm.leads', '{id,owner_user_id}', watched =>
  '{first_name,last_name,company_name,industry,lead_source,status,created_at,converted_at}');
SELECT mart.capture_resets('ops.settings');

CREATE VIEW mart.lead_conversion_touched AS
SELECT
  changed.xid,
  coalesce(changed.owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  changed.id AS lead_id
FROM mart.leads_log AS changed;
COMMENT ON VIEW mart.lead_conversion_touched IS 'One row per change and lead that it concerns, with the owner whose it was or is.';

CREATE VIEW mart.lead_conversion_keys AS
SELECT
  coalesce(owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  id AS lead_id
FROM crm.leads;
COMMENT ON VIEW mart.lead_conversion_keys IS 'Every lead and its owner.';

SELECT mart.add_live_layers('lead_conversion', '{owner_user_id,lead_id}');
SELECT mart.add_visible_rows('lead_conversion', 'owner_user_id', 'report:sales');

CREATE VIEW reporting.lead_conversion WITH (security_barrier) AS
SELECT
  leads.lead_id,
  leads.lead_name,
  leads.owner_user_id,
  coalesce(people.name, '(none)') AS owner_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  leads.company_name,
  leads.industry,
  leads.lead_source,
  leads.status,
  leads.created_at,
  leads.created_on,
  leads.is_converted,
  leads.converted_at,
  leads.converted_on,
  leads.days_to_convert,
  leads.converted_within_30_days,
  leads.converted_within_60_days,
  leads.converted_within_90_days
FROM mart.lead_conversion_visible AS leads
LEFT JOIN mart.people ON people.user_id = leads.owner_user_id;
GRANT SELECT ON reporting.lead_conversion TO tidemark_reader;
SELECT mart.add_page_views('lead_conversion');

COMMENT ON VIEW reporting.lead_conversion IS
  'What became of the leads, and how fast. One row per lead; unique by lead_id. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.lead_conversion.lead_id IS 'Key of the lead.';
COMMENT ON COLUMN reporting.lead_conversion.lead_name IS 'First and last name of the person; (no name) where both are blank.';
COMMENT ON COLUMN reporting.lead_conversion.owner_user_id IS
  'Person who owns the lead; 00000000-0000-0000-0000-000000000000 where nobody does.';
COMMENT ON COLUMN reporting.lead_conversion.owner_name IS 'Name of the owner; (none) where nobody owns the lead.';
COMMENT ON COLUMN reporting.lead_conversion.team_id IS 'Team that the owner is in today; NULL: in none.';
COMMENT ON COLUMN reporting.lead_conversion.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.lead_conversion.company_name IS 'Company as the lead names it; (none) where it is blank.';
COMMENT ON COLUMN reporting.lead_conversion.industry IS 'Industry as the lead names it; (none) where it is blank.';
COMMENT ON COLUMN reporting.lead_conversion.lead_source IS 'Where the lead came from; (none) where it is blank, which is not the same as "unknown".';
COMMENT ON COLUMN reporting.lead_conversion.status IS 'New, Working, Qualified, Unqualified or Converted.';
COMMENT ON COLUMN reporting.lead_conversion.created_at IS 'When the lead was created.';
COMMENT ON COLUMN reporting.lead_conversion.created_on IS 'Day of created_at in the business time zone: what cohorts go by.';
COMMENT ON COLUMN reporting.lead_conversion.is_converted IS 'Whether it became a contact and a deal.';
COMMENT ON COLUMN reporting.lead_conversion.converted_at IS 'When it did; NULL: not so far.';
COMMENT ON COLUMN reporting.lead_conversion.converted_on IS 'Day of converted_at in the business time zone; NULL: not so far.';
COMMENT ON COLUMN reporting.lead_conversion.days_to_convert IS
  'converted_at − created_at in days of 24 hours, rounded to four places; NULL: not converted. A negative one is a finding about the data.';
COMMENT ON COLUMN reporting.lead_conversion.converted_within_30_days IS
  'Whether it was converted at most 30 × 24 hours after it was created; of a lead younger than that, false says nothing yet.';
COMMENT ON COLUMN reporting.lead_conversion.converted_within_60_days IS
  'Whether it was converted at most 60 × 24 hours after it was created; of a lead younger than that, false says nothing yet.';
COMMENT ON COLUMN reporting.lead_conversion.converted_within_90_days IS
  'Whether it was converted at most 90 × 24 hours after it was created; of a lead younger than that, false says nothing yet.';
SELECT ops.copy_column_comments('reporting.lead_conversion', 'mart.lead_conversion');

INSERT INTO ops.refresh_schedule (mart, cron, description)
VALUES ('lead_conversion', '40 * * * *', 'Leads and what became of them: what changes shows at once, and is put into the view every hour.');

-- Down Migration

DELETE FROM ops.refresh_schedule WHERE mart = 'lead_conversion';
SELECT mart.drop_page_views('lead_conversion');
DROP VIEW reporting.lead_conversion;
SELECT mart.remove_live_layers('lead_conversion');
DROP VIEW mart.lead_conversion_keys;
DROP VIEW mart.lead_conversion_touched;
DROP MATERIALIZED VIEW mart.lead_conversion;
DROP VIEW mart.lead_conversion_definition;
