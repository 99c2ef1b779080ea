-- Up Migration

SELECT mart.add_rollup(
  'lead_days', 'lead_conversion', '{created_on,lead_source,outcome}', 'lead_count',
  $template$
    SELECT
      created_on,
      lead_source,
      CASE
        WHEN days_to_convert < 0 THEN 'before_creation'
        WHEN converted_within_30_days THEN 'within_30_days'
        WHEN converted_within_60_days THEN 'within_60_days'
        WHEN converted_within_90_days THEN 'within_90_days'
        WHEN is_converted THEN 'later'
        WHEN status = 'Unqualified' THEN 'unqualified'
        ELSE 'open'
      END AS outcome,
      count(*) AS lead_count
    FROM <rows> AS leads
    GROUP BY 1, 2, 3
  $template$,
  'report:sales'
);

CREATE VIEW reporting.lead_days WITH (security_barrier) AS
SELECT created_on, lead_source, outcome, lead_count
FROM mart.lead_days_visible AS days;
GRANT SELECT ON reporting.lead_days TO tidemark_reader;
SELECT mart.add_page_views('lead_days');

COMMENT ON VIEW reporting.lead_days IS
  'What became of the leads of each day. One row per day of creation, source and outcome; unique by created_on, lead_source, outcome. '
  'Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.lead_days.created_on IS 'Day of creation in the business time zone.';
COMMENT ON COLUMN reporting.lead_days.lead_source IS 'Where the leads came from; (none) where it is blank, which is not the same as "unknown".';
COMMENT ON COLUMN reporting.lead_days.outcome IS
  'Converted within_30_days, within_60_days or within_90_days of creation and not sooner, later, or before_creation, which is a finding '
  'about the data; else unqualified, or open.';
COMMENT ON COLUMN reporting.lead_days.lead_count IS 'Leads.';

-- Down Migration

SELECT mart.drop_page_views('lead_days');
DROP VIEW reporting.lead_days;
SELECT mart.remove_rollup('lead_days');
