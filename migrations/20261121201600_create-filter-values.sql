-- Up Migration

-- What filters offer. Who sees everything is told by stepping from value to value in an index, whatever the number of
-- rows; who sees some people's rows, by these rows, which an index finds and which are few.

CREATE INDEX opportunities_lead_source_idx ON crm.opportunities (lead_source);
CREATE INDEX opportunities_currency_idx ON crm.opportunities (currency);
CREATE INDEX leads_lead_source_idx ON crm.leads (lead_source);
CREATE INDEX leads_industry_idx ON crm.leads (industry);

CREATE VIEW reporting.stages WITH (security_barrier) AS
SELECT
  stage::text AS stage,
  position,
  outcome::text AS outcome,
  default_probability,
  default_forecast_category::text AS default_forecast_category
FROM crm.opportunity_stages;
GRANT SELECT ON reporting.stages TO tidemark_reader;
COMMENT ON VIEW reporting.stages IS 'The stages of deals in their order. One row per stage; unique by stage. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.stages.stage IS 'Name of the stage.';
COMMENT ON COLUMN reporting.stages.position IS 'Place in the order of stages, from 1.';
COMMENT ON COLUMN reporting.stages.outcome IS 'What the stage means for a deal in it: open, won or lost.';
COMMENT ON COLUMN reporting.stages.default_probability IS 'Chance of winning, from 0 to 1, of a deal that has none of its own.';
COMMENT ON COLUMN reporting.stages.default_forecast_category IS 'Forecast category of a deal that has none of its own.';

CREATE FUNCTION mart.add_value_steps(view_name text, source regclass, column_name text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format(
    $template$
      CREATE VIEW mart.%1$I AS
      WITH RECURSIVE steps AS (
        SELECT min(%2$I) AS value FROM %3$s
        UNION ALL
        SELECT (SELECT min(%2$I) FROM %3$s WHERE %2$I > steps.value)
        FROM steps
        WHERE steps.value IS NOT NULL
      )
      SELECT coalesce(nullif(btrim(value), ''), '(none)') AS value
      FROM steps
      WHERE value IS NOT NULL
      UNION
      SELECT '(none)'
      WHERE EXISTS (SELECT FROM %3$s WHERE %2$I IS NULL)
    $template$,
    view_name, column_name, source
  );
  EXECUTE format('COMMENT ON VIEW mart.%I IS %L', view_name,
    format('One row per value of %s.%s; unique by value. Found by its index.', source, column_name));
  EXECUTE format('COMMENT ON COLUMN mart.%I.value IS %L', view_name, 'The value; (none) where there is none.');
END
$$;
COMMENT ON FUNCTION mart.add_value_steps(text, regclass, text) IS
  'Makes a view of the different values of an indexed column, which steps from one to the next.';

SELECT mart.add_value_steps('company_industries', 'crm.companies', 'industry');
SELECT mart.add_value_steps('deal_sources', 'crm.opportunities', 'lead_source');
SELECT mart.add_value_steps('deal_currencies', 'crm.opportunities', 'currency');
SELECT mart.add_value_steps('lead_sources', 'crm.leads', 'lead_source');
SELECT mart.add_value_steps('lead_industries', 'crm.leads', 'industry');
SELECT mart.add_value_steps('signal_names', 'crm.conversation_signals', 'signal_name');

CREATE VIEW mart.deal_values_all AS
SELECT name, value
FROM (
  SELECT 'industry' AS name, value FROM mart.company_industries
  UNION ALL SELECT 'source', value FROM mart.deal_sources
  UNION ALL SELECT 'currency', value FROM mart.deal_currencies
  UNION ALL SELECT 'product', name FROM crm.products
  UNION ALL SELECT 'product', '(none)'
) AS found
WHERE (SELECT crm.sees_all_rows('report:sales'));
CREATE VIEW mart.deal_values_own AS
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
CREATE VIEW mart.deal_values_visible AS
SELECT name, value FROM mart.deal_values_all
UNION ALL
SELECT name, value FROM mart.deal_values_own WHERE NOT (SELECT crm.sees_all_rows('report:sales'));

CREATE VIEW mart.lead_values_all AS
SELECT name, value
FROM (
  SELECT 'industry' AS name, value FROM mart.lead_industries
  UNION ALL SELECT 'source', value FROM mart.lead_sources
) AS found
WHERE (SELECT crm.sees_all_rows('report:sales'));
CREATE VIEW mart.lead_values_own AS
SELECT DISTINCT found.name, found.value
FROM (SELECT DISTINCT industry, lead_source FROM mart.lead_conversion_own) AS leads
CROSS JOIN LATERAL (VALUES ('industry', leads.industry), ('source', leads.lead_source)) AS found (name, value);
CREATE VIEW mart.lead_values_visible AS
SELECT name, value FROM mart.lead_values_all
UNION ALL
SELECT name, value FROM mart.lead_values_own WHERE NOT (SELECT crm.sees_all_rows('report:sales'));

CREATE VIEW mart.case_values_all AS
SELECT name, value
FROM (
  SELECT 'industry' AS name, value FROM mart.company_industries
  -- Of a case whose company is not known.
  UNION SELECT 'industry', '(none)'
) AS found
WHERE (SELECT crm.sees_all_rows('report:service'));
CREATE VIEW mart.case_values_own AS
SELECT DISTINCT 'industry' AS name, industry AS value FROM mart.support_cases_own;
CREATE VIEW mart.case_values_visible AS
SELECT name, value FROM mart.case_values_all
UNION ALL
SELECT name, value FROM mart.case_values_own WHERE NOT (SELECT crm.sees_all_rows('report:service'));

CREATE VIEW mart.call_values_all AS
SELECT 'signal' AS name, value
FROM mart.signal_names
WHERE (SELECT crm.sees_all_rows('report:conversations'))
  -- LIMIT keeps this a look into the index for each name, where EXISTS would become a join with every signal.
  AND (
    SELECT true FROM crm.conversation_signals AS signals
    WHERE signals.signal_name = value AND signals.signal_value IS NOT NULL
    LIMIT 1
  );
CREATE VIEW mart.call_values_own AS
SELECT DISTINCT 'signal' AS name, signal_name AS value FROM mart.rep_weekly_scores_own;
CREATE VIEW mart.call_values_visible AS
SELECT name, value FROM mart.call_values_all
UNION ALL
SELECT name, value FROM mart.call_values_own WHERE NOT (SELECT crm.sees_all_rows('report:conversations'));

CREATE VIEW mart.outcome_values_all AS
SELECT name, value
FROM (
  SELECT 'industry' AS name, value FROM mart.company_industries
  UNION ALL SELECT 'source', value FROM mart.deal_sources
  UNION ALL SELECT 'currency', value FROM mart.deal_currencies
  UNION ALL SELECT 'product', name FROM crm.products
  UNION ALL SELECT 'product', '(none)'
) AS found
WHERE (SELECT crm.sees_all_rows('report:conversations'))
UNION ALL
SELECT name, value FROM mart.call_values_all;
CREATE VIEW mart.outcome_values_own AS
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
CREATE VIEW mart.outcome_values_visible AS
SELECT name, value FROM mart.outcome_values_all
UNION ALL
SELECT name, value FROM mart.outcome_values_own WHERE NOT (SELECT crm.sees_all_rows('report:conversations'));

DO $$
DECLARE
  records record;
BEGIN
  FOR records IN
    SELECT * FROM (VALUES ('deal', 'deals'), ('lead', 'leads'), ('case', 'cases'), ('call', 'calls'), ('outcome', 'closed deals with signals')) AS kinds (one, many)
  LOOP
    EXECUTE format(
      'COMMENT ON VIEW mart.%1$I IS %2$L', records.one || '_values_all',
      format('What there is to filter %s by, where whoever asks may see all of them; otherwise none.', records.many)
    );
    EXECUTE format(
      'COMMENT ON VIEW mart.%1$I IS %2$L', records.one || '_values_own',
      format('What the %s of the people have whose rows whoever asks may see.', records.many)
    );
    EXECUTE format(
      'COMMENT ON VIEW mart.%1$I IS %2$L', records.one || '_values_visible',
      format('What there is to filter %s by, for whoever asks.', records.many)
    );
    EXECUTE format(
      'CREATE VIEW reporting.%1$I WITH (security_barrier) AS SELECT name, value FROM mart.%2$I AS found',
      records.one || '_values', records.one || '_values_visible'
    );
    EXECUTE format('GRANT SELECT ON reporting.%I TO tidemark_reader', records.one || '_values');
    PERFORM mart.add_page_views(records.one || '_values');
    EXECUTE format(
      'COMMENT ON VIEW reporting.%1$I IS %2$L', records.one || '_values',
      format('What there is to filter %s by. One row per filter and value; unique by name, value. Live: a committed change is in the next read.', records.many)
    );
    EXECUTE format('COMMENT ON COLUMN reporting.%1$I.name IS %2$L', records.one || '_values', 'The filter: industry, source, currency, product or signal.');
    EXECUTE format('COMMENT ON COLUMN reporting.%1$I.value IS %2$L', records.one || '_values', 'A value that it takes; (none) for records without one.');
  END LOOP;
END
$$;

-- Down Migration

SELECT mart.drop_page_views(name || '_values') FROM unnest('{deal,lead,case,call,outcome}'::text[]) AS name;
DROP VIEW reporting.outcome_values, reporting.call_values, reporting.case_values, reporting.lead_values, reporting.deal_values;
DROP VIEW mart.outcome_values_visible, mart.outcome_values_own, mart.outcome_values_all;
DROP VIEW mart.call_values_visible, mart.case_values_visible, mart.lead_values_visible, mart.deal_values_visible;
DROP VIEW mart.call_values_own, mart.case_values_own, mart.lead_values_own, mart.deal_values_own;
DROP VIEW mart.call_values_all, mart.case_values_all, mart.lead_values_all, mart.deal_values_all;
DROP VIEW mart.signal_names, mart.lead_industries, mart.lead_sources, mart.deal_currencies, mart.deal_sources, mart.company_industries;
DROP FUNCTION mart.add_value_steps(text, regclass, text);
DROP VIEW reporting.stages;
DROP INDEX crm.leads_industry_idx, crm.leads_lead_source_idx, crm.opportunities_currency_idx, crm.opportunities_lead_source_idx;
