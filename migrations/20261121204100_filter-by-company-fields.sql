-- Up Migration

-- A deal, a case or a call is also asked for by the fields of its company.

SELECT mart.capture_changes('crm.companies', '{id}', watched => '{custom_fields}');

CREATE OR REPLACE FUNCTION crm.keys_with(source regclass, key text, owner text, topic text, wanted jsonb) RETURNS SETOF text
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  own text := (SELECT relname FROM pg_catalog.pg_class WHERE oid = source);
BEGIN
  RETURN QUERY EXECUTE format(
    'SELECT %1$I::text FROM %2$s WHERE %3$s AND %4$s AND %5$s',
    key, source,
    crm.custom_field_condition(coalesce(wanted -> own, '[]')),
    CASE WHEN wanted ? 'companies'
      THEN format('company_id IN (SELECT id FROM crm.companies WHERE %s)', crm.custom_field_condition(wanted -> 'companies'))
      ELSE 'true' END,
    CASE WHEN crm.sees_all_rows(topic) THEN 'true'
      ELSE format('%I = ANY (%L::uuid[])', owner, crm.visible_user_ids(topic)) END
  );
END
$$;

COMMENT ON FUNCTION reporting.opportunities_with(jsonb) IS
  'Keys of the deals that one may see whose custom fields, and those of their companies, contain of each list one of its objects: '
  '{"opportunities":[[{"competitor":"None"}]],"companies":[[{"tier":"A"},{"tier":"B"}],[{"region":"EMEA"}]]}.';
COMMENT ON FUNCTION reporting.leads_with(jsonb) IS 'The same for leads, which have no company yet.';

INSERT INTO mart.function_sources (function_name, source)
VALUES
  ('opportunities_with', 'crm.companies'),
  ('cases_with', 'crm.companies'),
  ('conversations_with', 'crm.companies');

-- Down Migration

DELETE FROM mart.function_sources WHERE source = 'crm.companies'::regclass;
CREATE OR REPLACE FUNCTION crm.keys_with(source regclass, key text, owner text, topic text, wanted jsonb) RETURNS SETOF text
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY EXECUTE format(
    'SELECT %1$I::text FROM %2$s WHERE %3$s AND %4$s',
    key, source, crm.custom_field_condition(wanted),
    CASE WHEN crm.sees_all_rows(topic) THEN 'true'
      ELSE format('%I = ANY (%L::uuid[])', owner, crm.visible_user_ids(topic)) END
  );
END
$$;
