-- Up Migration

CREATE VIEW mart.stage_funnel_definition AS
WITH steps AS (
  SELECT
    opportunity_id,
    change_no,
    valid_from,
    stage,
    lag(stage) OVER in_order AS previous_stage,
    min(valid_from) OVER deal AS recorded_from
  FROM mart.deal_states
  WINDOW deal AS (PARTITION BY opportunity_id), in_order AS (PARTITION BY opportunity_id ORDER BY change_no)
),
stays AS (
  SELECT
    opportunity_id,
    stage,
    valid_from AS entered_at,
    lead(valid_from) OVER (PARTITION BY opportunity_id ORDER BY change_no) AS left_at,
    recorded_from
  FROM steps
  WHERE stage IS DISTINCT FROM previous_stage
),
-- Whoever comes to a stage has passed those before it, also the skipped ones. Losing is no way forward.
passes AS (
  SELECT
    stays.opportunity_id,
    stages.stage,
    stages.position,
    stages.outcome,
    stays.entered_at,
    stays.left_at,
    stays.recorded_from,
    stays.stage = stages.stage AS is_here,
    stays.stage <> stages.stage AS is_beyond
  FROM stays
  JOIN crm.opportunity_stages AS own ON own.stage = stays.stage
  JOIN crm.opportunity_stages AS stages
    ON stages.stage = own.stage
    OR (stages.position < own.position AND stages.outcome <> 'lost' AND own.outcome <> 'lost')
),
funnel AS (
  SELECT
    opportunity_id,
    stage,
    position,
    outcome,
    min(recorded_from) AS recorded_from,
    min(entered_at) AS reached_at,
    min(entered_at) FILTER (WHERE is_here) AS first_entered_at,
    count(*) FILTER (WHERE is_here) AS entry_count,
    sum(extract(epoch FROM left_at - entered_at)) FILTER (WHERE is_here) AS seconds_in_stage,
    max(entered_at) FILTER (WHERE is_here AND left_at IS NULL) AS current_since,
    min(entered_at) FILTER (WHERE is_beyond) AS advanced_at
  FROM passes
  GROUP BY opportunity_id, stage, position, outcome
)
SELECT
  funnel.opportunity_id,
  funnel.stage::text AS stage,
  funnel.position AS stage_position,
  funnel.outcome::text AS stage_outcome,
  deals.name AS opportunity_name,
  coalesce(deals.owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  deals.company_id,
  coalesce(nullif(btrim(companies.industry), ''), '(none)') AS industry,
  coalesce(nullif(btrim(deals.lead_source), ''), '(none)') AS lead_source,
  deals.primary_product_id AS product_id,
  present.outcome::text AS status,
  deals.currency,
  deals.amount,
  (deals.created_at AT TIME ZONE zone.name)::date AS created_on,
  (funnel.recorded_from AT TIME ZONE zone.name)::date AS recorded_from_on,
  funnel.reached_at,
  (funnel.reached_at AT TIME ZONE zone.name)::date AS reached_on,
  funnel.first_entered_at,
  funnel.entry_count,
  funnel.seconds_in_stage::numeric(19, 6) AS seconds_in_stage,
  funnel.current_since,
  funnel.advanced_at IS NOT NULL AS has_advanced,
  funnel.advanced_at
FROM funnel
JOIN crm.opportunities AS deals ON deals.id = funnel.opportunity_id
JOIN crm.opportunity_stages AS present ON present.stage = deals.stage
JOIN crm.companies ON companies.id = deals.company_id
CROSS JOIN (SELECT ops.business_time_zone() AS name OFFSET 0) AS zone;
COMMENT ON VIEW mart.stage_funnel_definition IS
  'What mart.stage_funnel holds after a refresh: one row per deal and stage that it passed; unique by opportunity_id, stage.';

CREATE MATERIALIZED VIEW mart.stage_funnel AS
SELECT * FROM mart.stage_funnel_definition
WITH NO DATA;
COMMENT ON MATERIALIZED VIEW mart.stage_funnel IS
  'One row per deal and stage that it entered or skipped on its way; unique by opportunity_id, stage.';

CREATE UNIQUE INDEX stage_funnel_key ON mart.stage_funnel (opportunity_id, stage);
CREATE INDEX stage_funnel_owner_idx ON mart.stage_funnel (owner_user_id, reached_on);
CREATE INDEX stage_funnel_reached_on_idx ON mart.stage_funnel (reached_on);
CREATE INDEX stage_funnel_created_on_idx ON mart.stage_funnel (created_on);
-- How long deals have been where they are is asked of open ones.
CREATE INDEX stage_funnel_current_idx ON mart.stage_funnel (owner_user_id, stage)
  WHERE status = 'open' AND current_since IS NOT NULL;

CREATE VIEW mart.stage_funnel_touched AS
SELECT * FROM mart.deal_states_touched;
COMMENT ON VIEW mart.stage_funnel_touched IS 'One row per change and deal that it concerns, with its owner.';

CREATE VIEW mart.stage_funnel_keys AS
SELECT * FROM mart.deal_keys;
COMMENT ON VIEW mart.stage_funnel_keys IS 'Every deal and its owner.';

SELECT mart.add_live_layers('stage_funnel', '{owner_user_id,opportunity_id}');
SELECT mart.add_visible_rows('stage_funnel', 'owner_user_id', 'report:sales');

CREATE VIEW reporting.stage_funnel WITH (security_barrier) AS
SELECT
  funnel.opportunity_id,
  funnel.opportunity_name,
  funnel.stage,
  funnel.stage_position,
  funnel.stage_outcome,
  funnel.owner_user_id,
  coalesce(people.name, '(none)') AS owner_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  funnel.company_id,
  companies.name AS company_name,
  funnel.industry,
  funnel.lead_source,
  funnel.product_id,
  coalesce(products.name, '(none)') AS product_name,
  funnel.status,
  funnel.currency,
  funnel.amount,
  funnel.created_on,
  funnel.recorded_from_on,
  funnel.reached_at,
  funnel.reached_on,
  funnel.first_entered_at,
  funnel.entry_count,
  funnel.seconds_in_stage,
  funnel.current_since,
  funnel.has_advanced,
  funnel.advanced_at
FROM mart.stage_funnel_visible AS funnel
LEFT JOIN mart.people ON people.user_id = funnel.owner_user_id
LEFT JOIN crm.companies ON companies.id = funnel.company_id
LEFT JOIN crm.products ON products.id = funnel.product_id;
GRANT SELECT ON reporting.stage_funnel TO tidemark_reader;
SELECT mart.add_page_views('stage_funnel');

COMMENT ON VIEW reporting.stage_funnel IS
  'The stages that each deal passed, and how long it stayed in them. One row per deal and stage that it entered or skipped on its way '
  'to a later one; unique by opportunity_id, stage. Stage conversion of a cohort: rows with has_advanced / rows. '
  'What describes the deal is as of today. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.stage_funnel.opportunity_id IS 'Key of the deal.';
COMMENT ON COLUMN reporting.stage_funnel.opportunity_name IS 'Name of the deal.';
COMMENT ON COLUMN reporting.stage_funnel.stage IS 'Stage that the deal passed, or is in.';
COMMENT ON COLUMN reporting.stage_funnel.stage_position IS 'Place of the stage in the order of stages, from 1.';
COMMENT ON COLUMN reporting.stage_funnel.stage_outcome IS 'What the stage means for a deal in it: open, won or lost.';
COMMENT ON COLUMN reporting.stage_funnel.owner_user_id IS
  'Person who owns the deal; 00000000-0000-0000-0000-000000000000 where nobody does.';
COMMENT ON COLUMN reporting.stage_funnel.owner_name IS 'Name of the owner; (none) where nobody owns the deal.';
COMMENT ON COLUMN reporting.stage_funnel.team_id IS 'Team that the owner is in today; NULL: in none.';
COMMENT ON COLUMN reporting.stage_funnel.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.stage_funnel.company_id IS 'Company that is to buy.';
COMMENT ON COLUMN reporting.stage_funnel.company_name IS 'Name of that company.';
COMMENT ON COLUMN reporting.stage_funnel.industry IS 'Industry of that company; (none) where it is blank.';
COMMENT ON COLUMN reporting.stage_funnel.lead_source IS 'Marketing source of the deal; (none) where it is blank.';
COMMENT ON COLUMN reporting.stage_funnel.product_id IS 'Product that the deal is mainly about; NULL: none is named.';
COMMENT ON COLUMN reporting.stage_funnel.product_name IS 'Name of that product; (none) where none is named.';
COMMENT ON COLUMN reporting.stage_funnel.status IS 'What became of the deal: open, won or lost today.';
COMMENT ON COLUMN reporting.stage_funnel.currency IS 'ISO 4217 code of the amount''s currency.';
COMMENT ON COLUMN reporting.stage_funnel.amount IS 'Worth of the deal today, in currency; NULL: not known.';
COMMENT ON COLUMN reporting.stage_funnel.created_on IS 'Day on which the deal was created, in the business time zone.';
COMMENT ON COLUMN reporting.stage_funnel.recorded_from_on IS
  'Day in the business time zone from which the deal''s history is known. Where created_on is earlier, the stages between the two are not '
  'known: those before the first one known count as skipped.';
COMMENT ON COLUMN reporting.stage_funnel.reached_at IS 'When the deal first came to this stage or, skipping it, to a later one that is not lost.';
COMMENT ON COLUMN reporting.stage_funnel.reached_on IS 'Day of reached_at in the business time zone: what cohorts of a stage go by.';
COMMENT ON COLUMN reporting.stage_funnel.first_entered_at IS 'When the deal first entered this stage; NULL: it skipped it.';
COMMENT ON COLUMN reporting.stage_funnel.entry_count IS 'How often it entered this stage; 0: it skipped it.';
COMMENT ON COLUMN reporting.stage_funnel.seconds_in_stage IS
  'Seconds from entering to leaving, all finished stays together; NULL: none is finished. The stay that goes on began at current_since.';
COMMENT ON COLUMN reporting.stage_funnel.current_since IS 'When the stay that goes on began; NULL: the deal is not in this stage now.';
COMMENT ON COLUMN reporting.stage_funnel.has_advanced IS 'Whether the deal reached a later stage than this, other than lost; also where it came back.';
COMMENT ON COLUMN reporting.stage_funnel.advanced_at IS 'When it first did; NULL: not so far.';
SELECT ops.copy_column_comments('reporting.stage_funnel', 'mart.stage_funnel');

INSERT INTO ops.refresh_schedule (mart, cron, description)
VALUES ('stage_funnel', '25 * * * *', 'Stages that deals passed: what changes shows at once, and is put into the view every hour.');

-- Down Migration

DELETE FROM ops.refresh_schedule WHERE mart = 'stage_funnel';
SELECT mart.drop_page_views('stage_funnel');
DROP VIEW reporting.stage_funnel;
SELECT mart.remove_live_layers('stage_funnel');
DROP VIEW mart.stage_funnel_keys;
DROP VIEW mart.stage_funnel_touched;
DROP MATERIALIZED VIEW mart.stage_funnel;
DROP VIEW mart.stage_funnel_definition;
