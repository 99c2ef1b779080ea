-- Up Migration

CREATE VIEW mart.pipeline_history_definition AS
WITH states AS (
  SELECT
    states.*,
    stages.position AS stage_position,
    stages.outcome,
    stages.default_probability,
    min(valid_from) OVER deal AS recorded_from,
    lag(stages.outcome) OVER in_time AS previous_outcome,
    lag(states.stage) OVER in_time AS previous_stage,
    lag(states.amount) OVER in_time AS previous_amount,
    lag(states.close_date) OVER in_time AS previous_close_date
  FROM mart.deal_states AS states
  -- LEFT only for the planner, which would take most rows for lost: every stage is there.
  LEFT JOIN crm.opportunity_stages AS stages ON stages.stage = states.stage
  -- What lasted no time was so at no instant.
  WHERE states.valid_until IS DISTINCT FROM states.valid_from
  WINDOW deal AS (PARTITION BY opportunity_id), in_time AS (PARTITION BY opportunity_id ORDER BY valid_from)
),
pushes AS (
  SELECT
    states.*,
    is_push,
    count(*) FILTER (WHERE is_push) OVER (PARTITION BY opportunity_id ORDER BY valid_from) AS push_count
  FROM states
  CROSS JOIN LATERAL (
    -- The day on which a deal was really closed is not a plan that was put off, nor is the plan of one taken up again.
    SELECT coalesce(outcome = 'open' AND previous_outcome = 'open' AND close_date > previous_close_date, false) AS is_push
  ) AS push
)
SELECT
  states.opportunity_id,
  states.valid_from,
  states.valid_until,
  (states.valid_from AT TIME ZONE zone.name)::date AS valid_from_on,
  (states.valid_until AT TIME ZONE zone.name)::date AS valid_until_on,
  states.recorded_from,
  (states.recorded_from AT TIME ZONE zone.name)::date AS recorded_from_on,
  (deals.created_at AT TIME ZONE zone.name)::date AS created_on,
  deals.name AS opportunity_name,
  coalesce(states.owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  coalesce(deals.owner_user_id, '00000000-0000-0000-0000-000000000000') AS present_owner_user_id,
  deals.company_id,
  coalesce(nullif(btrim(companies.industry), ''), '(none)') AS industry,
  coalesce(nullif(btrim(deals.lead_source), ''), '(none)') AS lead_source,
  deals.primary_product_id AS product_id,
  states.stage::text AS stage,
  states.stage_position,
  states.outcome::text AS status,
  deals.currency,
  states.amount::numeric(19, 4) AS amount,
  chance.probability,
  round(states.amount * chance.probability, 4)::numeric(19, 4) AS weighted_amount,
  states.close_date AS close_on,
  states.previous_stage::text AS previous_stage,
  states.previous_outcome::text AS previous_status,
  states.previous_amount::numeric(19, 4) AS previous_amount,
  states.previous_close_date AS previous_close_on,
  states.is_push,
  states.push_count
FROM pushes AS states
JOIN crm.opportunities AS deals ON deals.id = states.opportunity_id
JOIN crm.companies ON companies.id = deals.company_id
CROSS JOIN LATERAL (
  SELECT CASE WHEN states.outcome = 'open'
    THEN coalesce(states.probability, states.default_probability)
    ELSE states.default_probability
  END::numeric(5, 4) AS probability
) AS chance
CROSS JOIN (SELECT ops.business_time_zone() AS name OFFSET 0) AS zone;
COMMENT ON VIEW mart.pipeline_history_definition IS
  'What mart.pipeline_history holds after a refresh: one row per deal and time between two changes; unique by opportunity_id, valid_from.';

CREATE MATERIALIZED VIEW mart.pipeline_history AS
SELECT * FROM mart.pipeline_history_definition
WITH NO DATA;
COMMENT ON MATERIALIZED VIEW mart.pipeline_history IS
  'One row per deal and time between two changes of its stage, amount, close date, probability or owner; '
  'unique by opportunity_id, valid_from. The times of a deal follow on one another, the last without an end.';

CREATE UNIQUE INDEX pipeline_history_key ON mart.pipeline_history (opportunity_id, valid_from);
CREATE INDEX pipeline_history_owner_idx ON mart.pipeline_history (owner_user_id, valid_from_on);
CREATE INDEX pipeline_history_valid_idx ON mart.pipeline_history (valid_from_on, valid_until_on);
CREATE INDEX pipeline_history_close_on_idx ON mart.pipeline_history (close_on, valid_from_on) WHERE status = 'open';
-- The deals open now are a small share of what was open at some time.
CREATE INDEX pipeline_history_open_idx ON mart.pipeline_history (owner_user_id, close_on)
  WHERE status = 'open' AND valid_until IS NULL;

CREATE VIEW mart.pipeline_history_touched AS
SELECT xid, opportunity_id FROM mart.deal_states_touched;
COMMENT ON VIEW mart.pipeline_history_touched IS 'One row per change and deal that it concerns.';

CREATE VIEW mart.pipeline_history_keys AS
SELECT opportunity_id FROM mart.deal_keys;
COMMENT ON VIEW mart.pipeline_history_keys IS 'Every deal.';

SELECT mart.add_live_layers('pipeline_history', '{opportunity_id}');
SELECT mart.add_visible_rows('pipeline_history', 'owner_user_id', 'report:sales');

CREATE VIEW reporting.pipeline_history WITH (security_barrier) AS
SELECT
  states.opportunity_id,
  states.opportunity_name,
  states.valid_from,
  states.valid_until,
  states.valid_from_on,
  states.valid_until_on,
  states.recorded_from,
  states.recorded_from_on,
  states.created_on,
  states.owner_user_id,
  coalesce(people.name, '(none)') AS owner_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  states.present_owner_user_id,
  states.company_id,
  companies.name AS company_name,
  states.industry,
  states.lead_source,
  states.product_id,
  coalesce(products.name, '(none)') AS product_name,
  states.stage,
  states.stage_position,
  states.status,
  states.currency,
  states.amount,
  states.probability,
  states.weighted_amount,
  states.close_on,
  states.previous_stage,
  states.previous_status,
  states.previous_amount,
  states.previous_close_on,
  states.is_push,
  states.push_count
FROM mart.pipeline_history_visible AS states
LEFT JOIN mart.people ON people.user_id = states.owner_user_id
LEFT JOIN crm.companies ON companies.id = states.company_id
LEFT JOIN crm.products ON products.id = states.product_id;
GRANT SELECT ON reporting.pipeline_history TO tidemark_reader;
SELECT mart.add_page_views('pipeline_history');

COMMENT ON VIEW reporting.pipeline_history IS
  'How each deal stood at any time. One row per deal and time between two changes of its stage, amount, close date, probability or owner; '
  'unique by opportunity_id, valid_from. The pipeline at the end of day D: valid_from_on <= D and (valid_until_on > D or valid_until_on is null). '
  'Company, industry, source, product and currency have no history: they are those of today. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.pipeline_history.opportunity_id IS 'Key of the deal.';
COMMENT ON COLUMN reporting.pipeline_history.opportunity_name IS 'Name of the deal.';
COMMENT ON COLUMN reporting.pipeline_history.valid_from IS 'When the deal came to stand like this.';
COMMENT ON COLUMN reporting.pipeline_history.valid_until IS 'When that ended, not included; NULL: it still stands like this.';
COMMENT ON COLUMN reporting.pipeline_history.valid_from_on IS 'Day of valid_from in the business time zone.';
COMMENT ON COLUMN reporting.pipeline_history.valid_until_on IS
  'Day of valid_until in the business time zone; at its end the deal stood otherwise. NULL: it still stands like this.';
COMMENT ON COLUMN reporting.pipeline_history.recorded_from IS 'Since when the deal''s history is known: its first valid_from.';
COMMENT ON COLUMN reporting.pipeline_history.recorded_from_on IS
  'Day of recorded_from in the business time zone. Where created_on is earlier, how the deal stood between the two is not known.';
COMMENT ON COLUMN reporting.pipeline_history.created_on IS 'Day on which the deal was created, in the business time zone.';
COMMENT ON COLUMN reporting.pipeline_history.owner_user_id IS
  'Person who owned the deal at that time; 00000000-0000-0000-0000-000000000000 where nobody did.';
COMMENT ON COLUMN reporting.pipeline_history.owner_name IS 'Name of that person; (none) where nobody owned the deal, or the person is gone.';
COMMENT ON COLUMN reporting.pipeline_history.team_id IS 'Team that this person is in today; NULL: in none.';
COMMENT ON COLUMN reporting.pipeline_history.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.pipeline_history.present_owner_user_id IS
  'Person who owns the deal today; 00000000-0000-0000-0000-000000000000 where nobody does.';
COMMENT ON COLUMN reporting.pipeline_history.company_id IS 'Company that is to buy.';
COMMENT ON COLUMN reporting.pipeline_history.company_name IS 'Name of that company.';
COMMENT ON COLUMN reporting.pipeline_history.industry IS 'Industry of that company; (none) where it is blank.';
COMMENT ON COLUMN reporting.pipeline_history.lead_source IS 'Marketing source of the deal; (none) where it is blank.';
COMMENT ON COLUMN reporting.pipeline_history.product_id IS 'Product that the deal is mainly about; NULL: none is named.';
COMMENT ON COLUMN reporting.pipeline_history.product_name IS 'Name of that product; (none) where none is named.';
COMMENT ON COLUMN reporting.pipeline_history.stage IS 'Stage that the deal was in.';
COMMENT ON COLUMN reporting.pipeline_history.stage_position IS 'Place of the stage in the order of stages, from 1.';
COMMENT ON COLUMN reporting.pipeline_history.status IS 'open, won or lost, at that time.';
COMMENT ON COLUMN reporting.pipeline_history.currency IS 'ISO 4217 code of the amounts'' currency.';
COMMENT ON COLUMN reporting.pipeline_history.amount IS 'Worth of the deal at that time, in currency; NULL: not known.';
COMMENT ON COLUMN reporting.pipeline_history.probability IS
  'Chance of winning from 0 to 1: the deal''s own at that time, or its stage''s where the deal had none or was closed.';
COMMENT ON COLUMN reporting.pipeline_history.weighted_amount IS 'amount × probability, in currency; NULL where the amount is not known.';
COMMENT ON COLUMN reporting.pipeline_history.close_on IS
  'Expected close day while open, actual one once closed: a calendar day in no time zone; NULL: none was set.';
COMMENT ON COLUMN reporting.pipeline_history.previous_stage IS 'Stage before valid_from; NULL in the first row of a deal.';
COMMENT ON COLUMN reporting.pipeline_history.previous_status IS 'open, won or lost before valid_from; NULL in the first row of a deal.';
COMMENT ON COLUMN reporting.pipeline_history.previous_amount IS 'Worth before valid_from, in currency; NULL: not known, or the first row of a deal.';
COMMENT ON COLUMN reporting.pipeline_history.previous_close_on IS 'Close day before valid_from; NULL: none was set, or the first row of a deal.';
COMMENT ON COLUMN reporting.pipeline_history.is_push IS
  'Whether at valid_from the close day of a deal that was open, and stayed so, moved to a later day.';
COMMENT ON COLUMN reporting.pipeline_history.push_count IS 'Pushes of the deal up to and including valid_from.';
SELECT ops.copy_column_comments('reporting.pipeline_history', 'mart.pipeline_history');

INSERT INTO ops.refresh_schedule (mart, cron, description)
VALUES ('pipeline_history', '10 * * * *', 'Deals as they stood at any time: what changes shows at once, and is put into the view every hour.');

-- Down Migration

DELETE FROM ops.refresh_schedule WHERE mart = 'pipeline_history';
SELECT mart.drop_page_views('pipeline_history');
DROP VIEW reporting.pipeline_history;
SELECT mart.remove_live_layers('pipeline_history');
DROP VIEW mart.pipeline_history_keys;
DROP VIEW mart.pipeline_history_touched;
DROP MATERIALIZED VIEW mart.pipeline_history;
DROP VIEW mart.pipeline_history_definition;
