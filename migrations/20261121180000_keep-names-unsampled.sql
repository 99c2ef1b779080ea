-- Up Migration

-- EXPLAIN shows everybody what the planner expects, and the planner expects by samples of everybody's rows: whoever compares
-- a name with enough texts can spell out those of rows that they may not see. So what is free text is not sampled; no query
-- is planned by it. Of keys, days and words that are categories, the estimates tell about how many rows there are, and no more.
DO $$
DECLARE
  free_text record;
BEGIN
  FOR free_text IN
    SELECT relation, column_name
    FROM (
      VALUES
        ('mart.sales_dashboard', 'opportunity_name'),
        ('mart.signal_outcomes', 'opportunity_name'),
        ('mart.pipeline_history', 'opportunity_name'),
        ('mart.stage_funnel', 'opportunity_name'),
        ('mart.lead_conversion', 'lead_name'),
        ('mart.lead_conversion', 'company_name'),
        ('mart.support_cases', 'subject')
    ) AS marts (mart, column_name)
    CROSS JOIN LATERAL unnest(ARRAY[mart, mart || '_delta']) AS relation
    UNION ALL
    VALUES ('crm.companies', 'name'), ('crm.teams', 'name')
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 0', free_text.relation, free_text.column_name);
  END LOOP;
END
$$;

-- Down Migration

DO $$
DECLARE
  sampled record;
BEGIN
  FOR sampled IN
    SELECT attrelid::regclass AS relation, attname
    FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace IN ('mart'::regnamespace, 'crm'::regnamespace) AND relkind IN ('r', 'p', 'm') AND attstattarget = 0 AND attnum > 0
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS -1', sampled.relation, sampled.attname);
  END LOOP;
END
$$;
