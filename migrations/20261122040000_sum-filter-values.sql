-- Up Migration

-- What filters offer to whoever sees some people's rows: each person's values are counted, so that of a hundred people nobody reads
-- a hundred thousand rows to find thirty values. A product is counted by its id, as its name may change.

SELECT mart.add_rollup(
  'owner_deal_values', 'sales_dashboard', '{owner_user_id,name,value}', 'row_count',
  $template$
    SELECT owner_user_id, name, value, count(*) AS row_count
    FROM <rows> AS deals
    CROSS JOIN LATERAL (
      VALUES
        ('industry', industry), ('source', lead_source), ('currency', currency), ('product', coalesce(product_id::text, '(none)'))
    ) AS found (name, value)
    GROUP BY owner_user_id, name, value
  $template$,
  'report:sales'
);
SELECT mart.add_rollup(
  'owner_lead_values', 'lead_conversion', '{owner_user_id,name,value}', 'row_count',
  $template$
    SELECT owner_user_id, name, value, count(*) AS row_count
    FROM <rows> AS leads
    CROSS JOIN LATERAL (VALUES ('industry', industry), ('source', lead_source)) AS found (name, value)
    GROUP BY owner_user_id, name, value
  $template$,
  'report:sales'
);
SELECT mart.add_rollup(
  'owner_case_values', 'support_cases', '{owner_user_id,name,value}', 'row_count',
  $template$
    SELECT owner_user_id, 'industry' AS name, industry AS value, count(*) AS row_count
    FROM <rows> AS cases
    GROUP BY owner_user_id, industry
  $template$,
  'report:service'
);
SELECT mart.add_rollup(
  'rep_call_values', 'rep_weekly_scores', '{rep_user_id,name,value}', 'row_count',
  $template$
    SELECT rep_user_id, 'signal' AS name, signal_name AS value, count(*) AS row_count
    FROM <rows> AS scores
    GROUP BY rep_user_id, signal_name
  $template$,
  'report:conversations'
);
SELECT mart.add_rollup(
  'owner_outcome_values', 'signal_outcomes', '{owner_user_id,name,value}', 'row_count',
  $template$
    SELECT owner_user_id, name, value, count(*) AS row_count
    FROM <rows> AS outcomes
    CROSS JOIN LATERAL (
      VALUES
        ('industry', industry), ('source', lead_source), ('currency', currency), ('product', coalesce(product_id::text, '(none)')),
        ('signal', signal_name)
    ) AS found (name, value)
    GROUP BY owner_user_id, name, value
  $template$,
  'report:conversations'
);

SELECT mart.add_own_sums(rollup, 'row_count')
FROM unnest('{owner_deal_values,owner_lead_values,owner_case_values,rep_call_values,owner_outcome_values}'::text[]) AS rollup;
CREATE INDEX ON mart.owner_deal_values (owner_user_id);
CREATE INDEX ON mart.owner_lead_values (owner_user_id);
CREATE INDEX ON mart.owner_case_values (owner_user_id);
CREATE INDEX ON mart.rep_call_values (rep_user_id);
CREATE INDEX ON mart.owner_outcome_values (owner_user_id);

CREATE OR REPLACE VIEW mart.deal_values_own AS
SELECT DISTINCT found.name, coalesce(products.name, found.value) AS value
FROM (SELECT name, value FROM mart.owner_deal_values_own AS parts GROUP BY name, value HAVING sum(row_count) <> 0) AS found
LEFT JOIN crm.products ON found.name = 'product' AND products.id::text = found.value;

CREATE OR REPLACE VIEW mart.lead_values_own AS
SELECT name, value
FROM mart.owner_lead_values_own AS parts
GROUP BY name, value
HAVING sum(row_count) <> 0;

CREATE OR REPLACE VIEW mart.case_values_own AS
SELECT name, value
FROM mart.owner_case_values_own AS parts
GROUP BY name, value
HAVING sum(row_count) <> 0;

CREATE OR REPLACE VIEW mart.call_values_own AS
SELECT name, value
FROM mart.rep_call_values_own AS parts
GROUP BY name, value
HAVING sum(row_count) <> 0;

CREATE OR REPLACE VIEW mart.outcome_values_own AS
SELECT DISTINCT found.name, coalesce(products.name, found.value) AS value
FROM (SELECT name, value FROM mart.owner_outcome_values_own AS parts GROUP BY name, value HAVING sum(row_count) <> 0) AS found
LEFT JOIN crm.products ON found.name = 'product' AND products.id::text = found.value;

-- Down Migration

CREATE OR REPLACE VIEW mart.outcome_values_own AS
SELECT DISTINCT found.name, found.value
FROM (
  SELECT DISTINCT industry, lead_source, currency, product_id, signal_name
  FROM mart.signal_outcomes_own
) AS deals
LEFT JOIN crm.products ON products.id = deals.product_id
CROSS JOIN LATERAL (
  VALUES
    ('industry', deals.industry), ('source', deals.lead_source), ('currency', deals.currency),
    ('product', coalesce(products.name, '(none)')), ('signal', deals.signal_name)
) AS found (name, value);

CREATE OR REPLACE VIEW mart.call_values_own AS
SELECT DISTINCT 'signal' AS name, signal_name AS value FROM mart.rep_weekly_scores_own;

CREATE OR REPLACE VIEW mart.case_values_own AS
SELECT DISTINCT 'industry' AS name, industry AS value FROM mart.support_cases_own;

CREATE OR REPLACE VIEW mart.lead_values_own AS
SELECT DISTINCT found.name, found.value
FROM (SELECT DISTINCT industry, lead_source FROM mart.lead_conversion_own) AS leads
CROSS JOIN LATERAL (VALUES ('industry', leads.industry), ('source', leads.lead_source)) AS found (name, value);

CREATE OR REPLACE VIEW mart.deal_values_own AS
SELECT DISTINCT found.name, found.value
FROM (
  SELECT DISTINCT industry, lead_source, currency, product_id
  FROM mart.sales_dashboard_own
) AS deals
LEFT JOIN crm.products ON products.id = deals.product_id
CROSS JOIN LATERAL (
  VALUES
    ('industry', deals.industry), ('source', deals.lead_source), ('currency', deals.currency),
    ('product', coalesce(products.name, '(none)'))
) AS found (name, value);

SELECT mart.remove_rollup(rollup)
FROM unnest('{owner_deal_values,owner_lead_values,owner_case_values,rep_call_values,owner_outcome_values}'::text[]) AS rollup;
