-- Up Migration

CREATE VIEW mart.signal_outcomes_definition AS
-- Read twice below: left to itself, PostgreSQL would compute it once and whole, also for a single deal.
WITH closed_deals AS NOT MATERIALIZED (
  SELECT
    deals.id,
    deals.name,
    deals.owner_user_id,
    deals.company_id,
    deals.primary_product_id,
    deals.lead_source,
    deals.amount,
    deals.currency,
    deals.close_date,
    deals.stage_changed_at,
    stages.outcome,
    -- A call on the close day may be the one in which the deal was signed: it predicts nothing.
    deals.close_date::timestamp AT TIME ZONE (SELECT ops.business_time_zone()) AS close_day_at
  FROM crm.opportunities AS deals
  JOIN crm.opportunity_stages AS stages ON stages.stage = deals.stage
  WHERE stages.outcome <> 'open'
),
scores AS (
  SELECT
    deals.id AS opportunity_id,
    signals.signal_name,
    round(avg(signals.signal_value), 6)::numeric(19, 6) AS signal_value,
    count(*) AS conversation_count
  FROM closed_deals AS deals
  JOIN crm.conversations AS calls ON calls.opportunity_id = deals.id AND calls.started_at < deals.close_day_at
  JOIN mart.newest_signals AS signals ON signals.call_id = calls.call_id
  GROUP BY deals.id, signals.signal_name
)
SELECT
  scores.opportunity_id,
  scores.signal_name,
  deals.name AS opportunity_name,
  coalesce(deals.owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  coalesce(nullif(btrim(companies.industry), ''), '(none)') AS industry,
  coalesce(nullif(btrim(deals.lead_source), ''), '(none)') AS lead_source,
  deals.primary_product_id AS product_id,
  deals.close_date AS close_on,
  deals.stage_changed_at AS closed_at,
  deals.outcome::text AS status,
  deals.amount,
  deals.currency,
  scores.signal_value,
  scores.conversation_count
FROM scores
JOIN closed_deals AS deals ON deals.id = scores.opportunity_id
JOIN crm.companies ON companies.id = deals.company_id;
COMMENT ON VIEW mart.signal_outcomes_definition IS
  'What mart.signal_outcomes holds after a refresh: one row per closed deal and signal; unique by opportunity_id, signal_name.';

CREATE MATERIALIZED VIEW mart.signal_outcomes AS
SELECT * FROM mart.signal_outcomes_definition
WITH NO DATA;
COMMENT ON MATERIALIZED VIEW mart.signal_outcomes IS
  'One row per closed deal and numeric signal of its calls before the close day; unique by opportunity_id, signal_name.';

CREATE UNIQUE INDEX signal_outcomes_key ON mart.signal_outcomes (opportunity_id, signal_name);
CREATE INDEX signal_outcomes_signal_idx ON mart.signal_outcomes (signal_name, close_on);
CREATE INDEX signal_outcomes_owner_idx ON mart.signal_outcomes (owner_user_id, close_on);

SELECT mart.capture_changes('crm.conversations', '{call_id,started_at,opportunity_id}', watched => '{}');
SELECT mart.capture_changes('crm.conversation_signals', '{call_id}');

CREATE VIEW mart.signal_outcomes_touched AS
SELECT * FROM mart.deals_touched
UNION ALL
SELECT changed.xid, deals.*
FROM mart.conversations_log AS changed
JOIN mart.deal_keys AS deals ON deals.opportunity_id = changed.opportunity_id
UNION ALL
SELECT changed.xid, deals.*
FROM mart.conversation_signals_log AS changed
JOIN crm.conversations AS calls ON calls.call_id = changed.call_id
JOIN mart.deal_keys AS deals ON deals.opportunity_id = calls.opportunity_id;
COMMENT ON VIEW mart.signal_outcomes_touched IS 'One row per change and deal that it may concern, with its owner.';

CREATE VIEW mart.signal_outcomes_keys AS
SELECT * FROM mart.deal_keys;
COMMENT ON VIEW mart.signal_outcomes_keys IS 'Every deal, with calls or without, and its owner.';

SELECT mart.add_live_layers('signal_outcomes', '{owner_user_id,opportunity_id}');
SELECT mart.add_visible_rows('signal_outcomes', 'owner_user_id', 'report:conversations');

INSERT INTO ops.refresh_schedule (mart, cron, description)
VALUES ('signal_outcomes', '35 * * * *', 'Signals of closed deals: what changes shows at once, and is put into the view every hour.');

-- Down Migration

DELETE FROM ops.refresh_schedule WHERE mart = 'signal_outcomes';
SELECT mart.remove_live_layers('signal_outcomes');
DROP VIEW mart.signal_outcomes_keys;
DROP VIEW mart.signal_outcomes_touched;
DROP MATERIALIZED VIEW mart.signal_outcomes;
DROP VIEW mart.signal_outcomes_definition;
