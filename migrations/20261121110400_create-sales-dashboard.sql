-- Up Migration

CREATE VIEW mart.sales_dashboard_definition AS
SELECT
  deals.id AS opportunity_id,
  deals.name AS opportunity_name,
  coalesce(deals.owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  deals.company_id,
  coalesce(nullif(btrim(companies.industry), ''), '(none)') AS industry,
  coalesce(nullif(btrim(deals.lead_source), ''), '(none)') AS lead_source,
  deals.primary_product_id AS product_id,
  deals.stage::text AS stage,
  stages.position AS stage_position,
  stages.outcome::text AS status,
  deals.currency,
  deals.amount,
  chance.probability,
  round(deals.amount * chance.probability, 4)::numeric(19, 4) AS weighted_amount,
  -- What an open deal was forecast as says nothing any more once it is closed.
  CASE WHEN stages.outcome = 'open'
    THEN coalesce(deals.forecast_category, stages.default_forecast_category)
    ELSE stages.default_forecast_category
  END::text AS forecast_category,
  creation.created_on,
  deals.close_date AS close_on,
  CASE WHEN stages.outcome <> 'open' THEN deals.stage_changed_at END AS closed_at,
  CASE WHEN stages.outcome = 'won' THEN deals.close_date - creation.created_on END AS cycle_days
FROM crm.opportunities AS deals
JOIN crm.opportunity_stages AS stages ON stages.stage = deals.stage
JOIN crm.companies ON companies.id = deals.company_id
CROSS JOIN LATERAL (
  SELECT CASE WHEN stages.outcome = 'open'
    THEN coalesce(deals.probability, stages.default_probability)
    ELSE stages.default_probability
  END AS probability
) AS chance
CROSS JOIN LATERAL (
  SELECT (deals.created_at AT TIME ZONE (SELECT ops.business_time_zone()))::date AS created_on
) AS creation;
COMMENT ON VIEW mart.sales_dashboard_definition IS
  'What mart.sales_dashboard holds after a refresh: one row per deal; unique by opportunity_id.';

CREATE MATERIALIZED VIEW mart.sales_dashboard AS
SELECT * FROM mart.sales_dashboard_definition
WITH NO DATA;
COMMENT ON MATERIALIZED VIEW mart.sales_dashboard IS
  'One row per deal; unique by opportunity_id. No coarser, because medians and the rows behind a figure need each deal, '
  'and because by owner, day, stage and the page''s filters nearly every group is one deal anyway.';

CREATE UNIQUE INDEX sales_dashboard_key ON mart.sales_dashboard (opportunity_id);
CREATE INDEX sales_dashboard_owner_idx ON mart.sales_dashboard (owner_user_id, close_on);
CREATE INDEX sales_dashboard_close_on_idx ON mart.sales_dashboard (close_on);
CREATE INDEX sales_dashboard_created_on_idx ON mart.sales_dashboard (created_on);
-- The open deals are a small share of all, and asked for on every page.
CREATE INDEX sales_dashboard_open_idx ON mart.sales_dashboard (owner_user_id, close_on) WHERE status = 'open';

CREATE VIEW mart.sales_dashboard_touched AS
SELECT * FROM mart.deals_touched;
COMMENT ON VIEW mart.sales_dashboard_touched IS 'One row per change and deal that it concerns, with its owner.';

CREATE VIEW mart.sales_dashboard_keys AS
SELECT * FROM mart.deal_keys;
COMMENT ON VIEW mart.sales_dashboard_keys IS 'Every deal and its owner.';

-- The deal would do as key. With its owner in front, a read of one owner's deals recomputes no others.
SELECT mart.add_live_layers('sales_dashboard', '{owner_user_id,opportunity_id}');
SELECT mart.add_visible_rows('sales_dashboard', 'owner_user_id', 'report:sales');

CREATE VIEW reporting.sales_dashboard WITH (security_barrier) AS
SELECT
  deals.opportunity_id,
  deals.opportunity_name,
  deals.owner_user_id,
  coalesce(people.name, '(none)') AS owner_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  deals.company_id,
  companies.name AS company_name,
  deals.industry,
  deals.lead_source,
  deals.product_id,
  coalesce(products.name, '(none)') AS product_name,
  deals.stage,
  deals.stage_position,
  deals.status,
  deals.currency,
  deals.amount,
  deals.probability,
  deals.weighted_amount,
  deals.forecast_category,
  deals.created_on,
  deals.close_on,
  deals.closed_at,
  deals.cycle_days
FROM mart.sales_dashboard_visible AS deals
LEFT JOIN mart.people ON people.user_id = deals.owner_user_id
LEFT JOIN crm.companies ON companies.id = deals.company_id
LEFT JOIN crm.products ON products.id = deals.product_id;
GRANT SELECT ON reporting.sales_dashboard TO tidemark_reader;
SELECT mart.add_page_views('sales_dashboard');

COMMENT ON VIEW reporting.sales_dashboard IS
  'Deals with all that the sales dashboard filters and groups by. One row per deal; unique by opportunity_id. '
  'Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.sales_dashboard.opportunity_id IS 'Key of the deal.';
COMMENT ON COLUMN reporting.sales_dashboard.opportunity_name IS 'Name of the deal.';
COMMENT ON COLUMN reporting.sales_dashboard.owner_user_id IS
  'Person who owns the deal; 00000000-0000-0000-0000-000000000000 where nobody does.';
COMMENT ON COLUMN reporting.sales_dashboard.owner_name IS 'Name of the owner; (none) where nobody owns the deal.';
COMMENT ON COLUMN reporting.sales_dashboard.team_id IS 'Team that the owner is in today; NULL: in none.';
COMMENT ON COLUMN reporting.sales_dashboard.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.sales_dashboard.company_id IS 'Company that is to buy.';
COMMENT ON COLUMN reporting.sales_dashboard.company_name IS 'Name of that company.';
COMMENT ON COLUMN reporting.sales_dashboard.industry IS 'Industry of that company; (none) where it is blank.';
COMMENT ON COLUMN reporting.sales_dashboard.lead_source IS 'Marketing source of the deal; (none) where it is blank.';
COMMENT ON COLUMN reporting.sales_dashboard.product_id IS 'Product that the deal is mainly about; NULL: none is named.';
COMMENT ON COLUMN reporting.sales_dashboard.product_name IS 'Name of that product; (none) where none is named.';
COMMENT ON COLUMN reporting.sales_dashboard.stage IS 'Stage that the deal is in.';
COMMENT ON COLUMN reporting.sales_dashboard.stage_position IS 'Place of the stage in the order of stages, from 1.';
COMMENT ON COLUMN reporting.sales_dashboard.status IS 'open, won or lost.';
COMMENT ON COLUMN reporting.sales_dashboard.currency IS 'ISO 4217 code of the amounts'' currency.';
COMMENT ON COLUMN reporting.sales_dashboard.amount IS 'Worth of the deal, in currency; NULL: not known.';
COMMENT ON COLUMN reporting.sales_dashboard.probability IS
  'Chance of winning from 0 to 1: the deal''s own, or its stage''s where the deal has none or is closed.';
COMMENT ON COLUMN reporting.sales_dashboard.weighted_amount IS 'amount × probability, in currency; NULL where the amount is not known.';
COMMENT ON COLUMN reporting.sales_dashboard.forecast_category IS
  'Pipeline, Best Case, Commit, Closed or Omitted: the deal''s own, or its stage''s where the deal has none or is closed.';
COMMENT ON COLUMN reporting.sales_dashboard.created_on IS 'Day on which the deal was created, in the business time zone.';
COMMENT ON COLUMN reporting.sales_dashboard.close_on IS
  'Expected close day while open, actual one once closed: a calendar day in no time zone; NULL: none is set.';
COMMENT ON COLUMN reporting.sales_dashboard.closed_at IS 'When the deal entered the stage that closed it; NULL while open.';
COMMENT ON COLUMN reporting.sales_dashboard.cycle_days IS
  'Won deals only: days from created_on to close_on. A negative one is a finding about the data.';
SELECT ops.copy_column_comments('reporting.sales_dashboard', 'mart.sales_dashboard');

INSERT INTO ops.refresh_schedule (mart, cron, description)
VALUES ('sales_dashboard', '5 * * * *', 'Deals: what changes shows at once, and is put into the view every hour, so that reads find little beside it.');

-- Down Migration

DELETE FROM ops.refresh_schedule WHERE mart = 'sales_dashboard';
SELECT mart.drop_page_views('sales_dashboard');
DROP VIEW reporting.sales_dashboard;
SELECT mart.remove_live_layers('sales_dashboard');
DROP VIEW mart.sales_dashboard_keys;
DROP VIEW mart.sales_dashboard_touched;
DROP MATERIALIZED VIEW mart.sales_dashboard;
DROP VIEW mart.sales_dashboard_definition;
