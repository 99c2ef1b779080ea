-- Up Migration

-- Won deals, credited to whoever owned them when they were closed: who owns a deal later has not won it.
CREATE VIEW mart.won_deals_definition AS
SELECT
  deals.id AS opportunity_id,
  deals.name AS opportunity_name,
  -- A deal without any history was won, as far as anybody knows, by whoever owns it.
  coalesce(
    CASE WHEN closing.change_no IS NULL THEN deals.owner_user_id ELSE closing.owner_user_id END,
    '00000000-0000-0000-0000-000000000000'
  ) AS owner_user_id,
  coalesce(deals.owner_user_id, '00000000-0000-0000-0000-000000000000') AS present_owner_user_id,
  deals.company_id,
  coalesce(nullif(btrim(companies.industry), ''), '(none)') AS industry,
  coalesce(nullif(btrim(deals.lead_source), ''), '(none)') AS lead_source,
  deals.primary_product_id AS product_id,
  deals.currency,
  deals.amount,
  creation.created_on,
  deals.close_date AS close_on,
  coalesce(closing.valid_from, deals.stage_changed_at) AS closed_at,
  closing.previous_outcome IS NOT NULL AS is_closing_recorded,
  deals.close_date - creation.created_on AS cycle_days,
  lines.line_count,
  lines.lines_amount
FROM crm.opportunities AS deals
JOIN crm.opportunity_stages AS stages ON stages.stage = deals.stage
JOIN crm.companies ON companies.id = deals.company_id
CROSS JOIN LATERAL (
  SELECT (deals.created_at AT TIME ZONE (SELECT ops.business_time_zone()))::date AS created_on
) AS creation
-- The last time that it came to be won.
LEFT JOIN LATERAL (
  SELECT change_no, owner_user_id, valid_from, previous_outcome
  FROM (
    SELECT
      states.change_no,
      states.owner_user_id,
      states.valid_from,
      state_stages.outcome,
      lag(state_stages.outcome) OVER (ORDER BY states.change_no) AS previous_outcome
    FROM mart.deal_states AS states
    LEFT JOIN crm.opportunity_stages AS state_stages ON state_stages.stage = states.stage
    -- What lasted no time was so at no instant.
    WHERE states.opportunity_id = deals.id AND states.valid_until IS DISTINCT FROM states.valid_from
  ) AS states
  WHERE outcome = 'won' AND previous_outcome IS DISTINCT FROM 'won'
  ORDER BY change_no DESC
  LIMIT 1
) AS closing ON true
CROSS JOIN LATERAL (
  SELECT
    count(items.id) AS line_count,
    -- Lines in another currency do not add up to the deal's.
    (CASE WHEN bool_and(quotes.currency = deals.currency) THEN sum(items.line_amount) END)::numeric(19, 4) AS lines_amount
  FROM crm.quotes
  JOIN crm.quote_line_items AS items ON items.quote_id = quotes.id
  WHERE quotes.opportunity_id = deals.id AND quotes.status = 'Accepted'
) AS lines
WHERE stages.outcome = 'won';
COMMENT ON VIEW mart.won_deals_definition IS
  'What mart.won_deals holds after a refresh: one row per won deal; unique by opportunity_id.';

CREATE MATERIALIZED VIEW mart.won_deals AS
SELECT * FROM mart.won_deals_definition
WITH NO DATA;
COMMENT ON MATERIALIZED VIEW mart.won_deals IS
  'One row per won deal, with whoever owned it when it was closed; unique by opportunity_id. No coarser, because finance asks for '
  'each deal, and quotas are by owner and day.';

CREATE UNIQUE INDEX won_deals_key ON mart.won_deals (opportunity_id);
CREATE INDEX won_deals_owner_idx ON mart.won_deals (owner_user_id, close_on);
-- Holds what sums are made of, and what the view joins by.
CREATE INDEX won_deals_close_on_idx ON mart.won_deals (close_on)
  INCLUDE (opportunity_id, owner_user_id, company_id, product_id, currency, amount, line_count);

SELECT mart.capture_changes('crm.opportunity_history', '{opportunity_id,from_owner_user_id,to_owner_user_id}', watched => '{id}');
SELECT mart.capture_changes('crm.quotes', '{opportunity_id}', watched => '{id,status,currency,created_at}');
SELECT mart.capture_changes(
  'crm.quote_line_items', '{quote_id}', watched => '{id,product_id,quantity,unit_price,discount_rate,line_amount,created_at}'
);
SELECT mart.capture_changes('crm.exchange_rates', '{from_currency,to_currency,valid_from_on}', watched => '{rate}');

CREATE VIEW mart.closings_touched AS
SELECT xid, opportunity_id FROM mart.deal_states_touched
UNION ALL
SELECT xid, opportunity_id FROM mart.quotes_log
UNION ALL
SELECT changed.xid, quotes.opportunity_id
FROM mart.quote_line_items_log AS changed
JOIN crm.quotes ON quotes.id = changed.quote_id;
COMMENT ON VIEW mart.closings_touched IS
  'One row per change of a deal, its company, its history or its quotes, and deal that it concerns.';

-- Whoever had the deal at some time may be who won it, before the change or after it.
CREATE VIEW mart.won_deals_touched AS
SELECT xid, owner_user_id, opportunity_id FROM mart.deal_states_touched
UNION ALL
SELECT changed.xid, coalesce(history.to_owner_user_id, '00000000-0000-0000-0000-000000000000'), changed.opportunity_id
FROM mart.closings_touched AS changed
JOIN crm.opportunity_history AS history ON history.opportunity_id = changed.opportunity_id
UNION ALL
-- Without any history it is whoever has it.
SELECT changed.xid, coalesce(deals.owner_user_id, '00000000-0000-0000-0000-000000000000'), deals.id
FROM mart.closings_touched AS changed
JOIN crm.opportunities AS deals ON deals.id = changed.opportunity_id
UNION ALL
SELECT
  changed.xid,
  coalesce(owners.owner_user_id, '00000000-0000-0000-0000-000000000000'),
  changed.opportunity_id
FROM mart.opportunity_history_log AS changed
CROSS JOIN LATERAL (
  VALUES (changed.from_owner_user_id), (changed.to_owner_user_id)
) AS owners (owner_user_id);
COMMENT ON VIEW mart.won_deals_touched IS
  'One row per change of a deal, its company, its history or its quotes, and deal that it concerns, with each who had it at some time.';

CREATE VIEW mart.won_deals_keys AS
SELECT owner_user_id, opportunity_id FROM mart.deal_keys
UNION
SELECT coalesce(to_owner_user_id, '00000000-0000-0000-0000-000000000000'), opportunity_id
FROM crm.opportunity_history;
COMMENT ON VIEW mart.won_deals_keys IS 'Every deal and each who had it at some time.';

SELECT mart.add_live_layers('won_deals', '{owner_user_id,opportunity_id}');
SELECT mart.add_visible_rows('won_deals', 'owner_user_id', 'report:sales');
SELECT mart.plan_all_rows('won_deals', 'report:sales');
SELECT mart.add_kept_rows('won_deals', 'report:sales');

CREATE VIEW reporting.won_deals WITH (security_barrier) AS
SELECT
  deals.opportunity_id,
  deals.opportunity_name,
  deals.owner_user_id,
  coalesce(people.name, '(none)') AS owner_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  deals.present_owner_user_id,
  deals.company_id,
  companies.name AS company_name,
  deals.industry,
  deals.lead_source,
  deals.product_id,
  coalesce(products.name, '(none)') AS product_name,
  deals.currency,
  deals.amount,
  deals.created_on,
  deals.close_on,
  deals.closed_at,
  deals.is_closing_recorded,
  deals.cycle_days,
  deals.line_count,
  deals.lines_amount
FROM mart.won_deals_visible AS deals
LEFT JOIN mart.people ON people.user_id = deals.owner_user_id
LEFT JOIN crm.companies ON companies.id = deals.company_id
LEFT JOIN crm.products ON products.id = deals.product_id;
GRANT SELECT ON reporting.won_deals TO tidemark_reader;

COMMENT ON VIEW reporting.won_deals IS
  'Won deals, each with whoever owned it when it was closed. One row per won deal; unique by opportunity_id. '
  'Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.won_deals.opportunity_id IS 'Key of the deal.';
COMMENT ON COLUMN reporting.won_deals.opportunity_name IS 'Name of the deal.';
COMMENT ON COLUMN reporting.won_deals.owner_user_id IS
  'Person who owned the deal when it was closed, and whose it is in this view; 00000000-0000-0000-0000-000000000000 where nobody did.';
COMMENT ON COLUMN reporting.won_deals.owner_name IS 'Name of that person; (none) where nobody owned the deal, or the person is gone.';
COMMENT ON COLUMN reporting.won_deals.team_id IS 'Team that this person is in today; NULL: in none.';
COMMENT ON COLUMN reporting.won_deals.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.won_deals.present_owner_user_id IS
  'Person who owns the deal today; 00000000-0000-0000-0000-000000000000 where nobody does.';
COMMENT ON COLUMN reporting.won_deals.company_id IS 'Company that has bought.';
COMMENT ON COLUMN reporting.won_deals.company_name IS 'Name of that company.';
COMMENT ON COLUMN reporting.won_deals.industry IS 'Industry of that company; (none) where it is blank.';
COMMENT ON COLUMN reporting.won_deals.lead_source IS 'Marketing source of the deal; (none) where it is blank.';
COMMENT ON COLUMN reporting.won_deals.product_id IS 'Product that the deal is mainly about; NULL: none is named.';
COMMENT ON COLUMN reporting.won_deals.product_name IS 'Name of that product; (none) where none is named.';
COMMENT ON COLUMN reporting.won_deals.currency IS 'ISO 4217 code of the amounts'' currency.';
COMMENT ON COLUMN reporting.won_deals.amount IS 'Worth of the deal, in currency; NULL: not known.';
COMMENT ON COLUMN reporting.won_deals.created_on IS 'Day on which the deal was created, in the business time zone.';
COMMENT ON COLUMN reporting.won_deals.close_on IS 'Day on which it was won: a calendar day in no time zone.';
COMMENT ON COLUMN reporting.won_deals.closed_at IS 'When it last came to be won, by its history.';
COMMENT ON COLUMN reporting.won_deals.is_closing_recorded IS
  'Whether its history saw it become won. False: the history begins with it won, and the owner is whoever had it then.';
COMMENT ON COLUMN reporting.won_deals.cycle_days IS 'Days from created_on to close_on. A negative one is a finding about the data.';
COMMENT ON COLUMN reporting.won_deals.line_count IS 'Lines of its accepted quotes.';
COMMENT ON COLUMN reporting.won_deals.lines_amount IS
  'Sum of their line amounts, in currency; NULL where there are none, or one is in another currency.';
SELECT ops.copy_column_comments('reporting.won_deals', 'mart.won_deals');

CREATE VIEW reporting.won_deal_lines WITH (security_barrier) AS
SELECT
  deals.opportunity_id,
  deals.owner_user_id,
  deals.close_on,
  lines.line_no,
  lines.quote_id,
  lines.product_id,
  lines.product_name,
  lines.quantity,
  lines.unit_price,
  lines.discount_rate,
  lines.line_amount,
  lines.currency
FROM mart.won_deals_visible AS deals
CROSS JOIN LATERAL (
  SELECT
    row_number() OVER (ORDER BY quotes.created_at, quotes.id, items.created_at, items.id)::integer AS line_no,
    items.quote_id,
    items.product_id,
    products.name AS product_name,
    items.quantity,
    items.unit_price,
    items.discount_rate,
    items.line_amount,
    quotes.currency
  FROM crm.quotes
  JOIN crm.quote_line_items AS items ON items.quote_id = quotes.id
  JOIN crm.products ON products.id = items.product_id
  WHERE quotes.opportunity_id = deals.opportunity_id AND quotes.status = 'Accepted'
) AS lines;
GRANT SELECT ON reporting.won_deal_lines TO tidemark_reader;

COMMENT ON VIEW reporting.won_deal_lines IS
  'What was sold: the lines of the accepted quotes of won deals. One row per line; unique by opportunity_id, line_no. '
  'Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.won_deal_lines.opportunity_id IS 'Key of the deal.';
COMMENT ON COLUMN reporting.won_deal_lines.owner_user_id IS
  'Person who owned the deal when it was closed; 00000000-0000-0000-0000-000000000000 where nobody did.';
COMMENT ON COLUMN reporting.won_deal_lines.close_on IS 'Day on which the deal was won: a calendar day in no time zone.';
COMMENT ON COLUMN reporting.won_deal_lines.line_no IS 'Number of the line among those of the deal, from 1, in the order in which they were written.';
COMMENT ON COLUMN reporting.won_deal_lines.quote_id IS 'Quote that the line is on.';
COMMENT ON COLUMN reporting.won_deal_lines.product_id IS 'Product that was sold.';
COMMENT ON COLUMN reporting.won_deal_lines.product_name IS 'Name of that product.';
COMMENT ON COLUMN reporting.won_deal_lines.quantity IS 'How much of it.';
COMMENT ON COLUMN reporting.won_deal_lines.unit_price IS 'Price of one, before the discount, in currency.';
COMMENT ON COLUMN reporting.won_deal_lines.discount_rate IS 'Discount, from 0 to 1.';
COMMENT ON COLUMN reporting.won_deal_lines.line_amount IS 'quantity × unit_price × (1 − discount_rate), rounded to four places, in currency.';
COMMENT ON COLUMN reporting.won_deal_lines.currency IS 'ISO 4217 code of the quote''s currency.';

SELECT mart.add_page_views(view_name), mart.add_kept_views(view_name)
FROM unnest('{won_deals,won_deal_lines}'::text[]) AS view_name;

CREATE VIEW reporting.exchange_rates WITH (security_barrier) AS
SELECT
  from_currency,
  to_currency,
  valid_from_on,
  lead(valid_from_on) OVER (PARTITION BY from_currency, to_currency ORDER BY valid_from_on) AS valid_until_on,
  rate
FROM crm.exchange_rates;
GRANT SELECT ON reporting.exchange_rates TO tidemark_reader;

COMMENT ON VIEW reporting.exchange_rates IS
  'Rates by which amounts are converted. One row per pair of currencies and day on which a rate comes into force; unique by '
  'from_currency, to_currency, valid_from_on. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.exchange_rates.from_currency IS 'ISO 4217 code of the currency to convert from.';
COMMENT ON COLUMN reporting.exchange_rates.to_currency IS 'ISO 4217 code of the currency to convert to.';
COMMENT ON COLUMN reporting.exchange_rates.valid_from_on IS 'First day on which the rate is in force.';
COMMENT ON COLUMN reporting.exchange_rates.valid_until_on IS 'Day on which the next rate comes into force; NULL: it is in force until further notice.';
COMMENT ON COLUMN reporting.exchange_rates.rate IS 'Amount in from_currency × rate = amount in to_currency.';

INSERT INTO ops.refresh_schedule (mart, cron, description)
VALUES ('won_deals', '15 * * * *', 'Won deals and who won them: what changes shows at once, and is put into the view every hour.');

-- Down Migration

DELETE FROM ops.refresh_schedule WHERE mart = 'won_deals';
DROP VIEW reporting.exchange_rates;
SELECT mart.drop_kept_views(view_name), mart.drop_page_views(view_name)
FROM unnest('{won_deals,won_deal_lines}'::text[]) AS view_name;
DROP VIEW reporting.won_deal_lines;
DROP VIEW reporting.won_deals;
SELECT mart.remove_kept_rows('won_deals');
SELECT mart.remove_live_layers('won_deals');
DROP VIEW mart.won_deals_keys;
DROP VIEW mart.won_deals_touched;
DROP VIEW mart.closings_touched;
DROP MATERIALIZED VIEW mart.won_deals;
DROP VIEW mart.won_deals_definition;
