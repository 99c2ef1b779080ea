-- Up Migration

CREATE VIEW mart.signal_cut_points_definition AS
SELECT
  signal_name,
  percentile_cont(0.25) WITHIN GROUP (ORDER BY signal_value)::numeric(19, 6) AS p25,
  percentile_cont(0.50) WITHIN GROUP (ORDER BY signal_value)::numeric(19, 6) AS p50,
  percentile_cont(0.75) WITHIN GROUP (ORDER BY signal_value)::numeric(19, 6) AS p75,
  min(signal_value)::numeric(19, 6) AS minimum_value,
  max(signal_value)::numeric(19, 6) AS maximum_value,
  count(*) AS opportunity_count
FROM mart.signal_outcomes_live
GROUP BY signal_name;
COMMENT ON VIEW mart.signal_cut_points_definition IS
  'What mart.signal_cut_points holds after a refresh: one row per signal; unique by signal_name.';

CREATE MATERIALIZED VIEW mart.signal_cut_points AS
SELECT * FROM mart.signal_cut_points_definition
WITH NO DATA;
COMMENT ON MATERIALIZED VIEW mart.signal_cut_points IS
  'One row per signal; unique by signal_name. Each depends on every closed deal, so it is as of its last refresh.';
CREATE UNIQUE INDEX signal_cut_points_key ON mart.signal_cut_points (signal_name);

CREATE VIEW reporting.signal_cut_points WITH (security_barrier) AS
SELECT
  cuts.signal_name,
  cuts.p25,
  cuts.p50,
  cuts.p75,
  cuts.minimum_value,
  cuts.maximum_value,
  cuts.opportunity_count,
  refresh.refreshed_at AS as_of
FROM mart.signal_cut_points AS cuts
LEFT JOIN mart.last_refreshes AS refresh ON refresh.mart = 'signal_cut_points'
WHERE (SELECT crm.may('report:conversations'));
GRANT SELECT ON reporting.signal_cut_points TO tidemark_reader;

COMMENT ON VIEW reporting.signal_cut_points IS
  'Where the quartiles of each signal begin, over all closed deals that have it. One row per signal; unique by signal_name. '
  'As of the last refresh.';
COMMENT ON COLUMN reporting.signal_cut_points.signal_name IS 'Signal of the calls.';
COMMENT ON COLUMN reporting.signal_cut_points.p25 IS 'A quarter of the deals have at most this value (interpolated), in the signal''s own unit.';
COMMENT ON COLUMN reporting.signal_cut_points.p50 IS 'Median over the deals, interpolated.';
COMMENT ON COLUMN reporting.signal_cut_points.p75 IS 'Three quarters of the deals have at most this value (interpolated).';
COMMENT ON COLUMN reporting.signal_cut_points.minimum_value IS 'Least value of a deal.';
COMMENT ON COLUMN reporting.signal_cut_points.maximum_value IS 'Greatest value of a deal.';
COMMENT ON COLUMN reporting.signal_cut_points.opportunity_count IS 'Closed deals with the signal.';
COMMENT ON COLUMN reporting.signal_cut_points.as_of IS 'What was committed before this instant is in the cut points.';
SELECT ops.copy_column_comments('reporting.signal_cut_points', 'mart.signal_cut_points');

CREATE VIEW reporting.signal_outcomes WITH (security_barrier) AS
SELECT
  outcomes.opportunity_id,
  outcomes.opportunity_name,
  outcomes.owner_user_id,
  coalesce(people.name, '(none)') AS owner_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  outcomes.industry,
  outcomes.lead_source,
  coalesce(products.name, '(none)') AS product_name,
  outcomes.close_on,
  outcomes.closed_at,
  outcomes.status,
  outcomes.amount,
  outcomes.currency,
  outcomes.signal_name,
  outcomes.signal_value,
  outcomes.conversation_count,
  CASE
    WHEN outcomes.signal_value <= cuts.p25 THEN 1
    WHEN outcomes.signal_value <= cuts.p50 THEN 2
    WHEN outcomes.signal_value <= cuts.p75 THEN 3
    WHEN outcomes.signal_value > cuts.p75 THEN 4
  END AS quartile
FROM mart.signal_outcomes_visible AS outcomes
LEFT JOIN mart.signal_cut_points AS cuts ON cuts.signal_name = outcomes.signal_name
LEFT JOIN mart.people ON people.user_id = outcomes.owner_user_id
LEFT JOIN crm.products ON products.id = outcomes.product_id;
GRANT SELECT ON reporting.signal_outcomes TO tidemark_reader;
SELECT mart.add_page_views('signal_outcomes');

COMMENT ON VIEW reporting.signal_outcomes IS
  'What the calls before the close were like in deals won and lost. One row per closed deal and numeric signal; '
  'unique by opportunity_id, signal_name. Live, except for quartile, whose cut points are as of their last refresh.';
COMMENT ON COLUMN reporting.signal_outcomes.opportunity_id IS 'Key of the deal.';
COMMENT ON COLUMN reporting.signal_outcomes.opportunity_name IS 'Name of the deal.';
COMMENT ON COLUMN reporting.signal_outcomes.owner_user_id IS
  'Person who owns the deal; 00000000-0000-0000-0000-000000000000 where nobody does.';
COMMENT ON COLUMN reporting.signal_outcomes.owner_name IS 'Name of the owner; (none) where nobody owns the deal.';
COMMENT ON COLUMN reporting.signal_outcomes.team_id IS 'Team that the owner is in today; NULL: in none.';
COMMENT ON COLUMN reporting.signal_outcomes.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.signal_outcomes.industry IS 'Industry of the company; (none) where it is blank.';
COMMENT ON COLUMN reporting.signal_outcomes.lead_source IS 'Marketing source of the deal; (none) where it is blank.';
COMMENT ON COLUMN reporting.signal_outcomes.product_name IS 'Product that the deal is mainly about; (none) where none is named.';
COMMENT ON COLUMN reporting.signal_outcomes.close_on IS 'Day on which the deal was closed: a calendar day in no time zone.';
COMMENT ON COLUMN reporting.signal_outcomes.closed_at IS 'When the deal entered the stage that closed it.';
COMMENT ON COLUMN reporting.signal_outcomes.status IS 'won or lost.';
COMMENT ON COLUMN reporting.signal_outcomes.amount IS 'Worth of the deal, in currency; NULL: not known.';
COMMENT ON COLUMN reporting.signal_outcomes.currency IS 'ISO 4217 code of the amount''s currency.';
COMMENT ON COLUMN reporting.signal_outcomes.signal_name IS 'Signal of the calls.';
COMMENT ON COLUMN reporting.signal_outcomes.signal_value IS
  'Mean of the signal''s newest scores over the deal''s calls that started before the close day began in the business time zone, '
  'rounded to six places; in the signal''s own unit.';
COMMENT ON COLUMN reporting.signal_outcomes.conversation_count IS 'Calls in that mean.';
COMMENT ON COLUMN reporting.signal_outcomes.quartile IS
  'By signal_cut_points: 1 up to p25, 2 up to p50, 3 up to p75, 4 above; equal values share a quartile. NULL until the cut points know the signal.';
SELECT ops.copy_column_comments('reporting.signal_outcomes', 'mart.signal_outcomes');
COMMENT ON COLUMN mart.signal_outcomes.product_id IS 'Product that the deal is mainly about; NULL: none is named.';

INSERT INTO ops.refresh_schedule (mart, cron, description)
VALUES (
  'signal_cut_points',
  '*/15 * * * *',
  'Quartiles of the signals: every quarter of an hour, where a deal or a call has changed. Each depends on every closed deal, so they are as of then.'
);

-- Down Migration

DELETE FROM ops.refresh_schedule WHERE mart = 'signal_cut_points';
SELECT mart.drop_page_views('signal_outcomes');
DROP VIEW reporting.signal_outcomes;
DROP VIEW reporting.signal_cut_points;
DROP MATERIALIZED VIEW mart.signal_cut_points;
DROP VIEW mart.signal_cut_points_definition;
