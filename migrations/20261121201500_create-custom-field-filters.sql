-- Up Migration

-- Custom fields filter reports. @> is not leakproof, so under the barrier of a view it would be asked of every row of
-- everybody: these functions look in the index, and give no key of a row that whoever asks may not see.

CREATE VIEW reporting.custom_fields WITH (security_barrier) AS
SELECT entity, key, label, data_type::text AS data_type, to_json(allowed_values)::text AS allowed_values, description
FROM crm.custom_field_definitions;
GRANT SELECT ON reporting.custom_fields TO tidemark_reader;
COMMENT ON VIEW reporting.custom_fields IS
  'Fields that were added to the records here. One row per kind of record and field; unique by entity, key. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.custom_fields.entity IS 'companies, contacts, leads, opportunities, cases or conversations.';
COMMENT ON COLUMN reporting.custom_fields.key IS 'Name of the field in custom_fields, and of the filter cf.<key>.';
COMMENT ON COLUMN reporting.custom_fields.label IS 'How people call it.';
COMMENT ON COLUMN reporting.custom_fields.data_type IS 'text, number, boolean, date or choice.';
COMMENT ON COLUMN reporting.custom_fields.allowed_values IS 'Values of a choice, as a JSON array; NULL for other types.';
COMMENT ON COLUMN reporting.custom_fields.description IS 'What it means; NULL where nobody has said.';

SELECT mart.capture_changes('crm.custom_field_definitions', '{entity,key}');
SELECT mart.capture_changes('crm.opportunities', '{id}', watched => '{custom_fields}');
SELECT mart.capture_changes('crm.leads', '{id}', watched => '{custom_fields}');
SELECT mart.capture_changes('crm.cases', '{id}', watched => '{custom_fields}');
SELECT mart.capture_changes('crm.conversations', '{call_id}', watched => '{custom_fields}');

CREATE FUNCTION crm.custom_field_condition(wanted jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
  -- Each alternative is a condition of its own, which the index answers; = ANY would look at every row.
  SELECT coalesce(string_agg('(' || alternatives || ')', ' AND '), 'true')
  FROM jsonb_array_elements(wanted) AS field
  CROSS JOIN LATERAL (
    SELECT string_agg(format('custom_fields @> %L', object), ' OR ') AS alternatives
    FROM jsonb_array_elements(field) AS object
  ) AS one
$$;
COMMENT ON FUNCTION crm.custom_field_condition(jsonb) IS
  'SQL that holds where custom_fields contain, of each list in the array, one of its objects: [[{"tier":"A"},{"tier":"B"}],[{"region":"EU"}]].';

CREATE FUNCTION crm.keys_with(source regclass, key text, owner text, topic text, wanted jsonb) RETURNS SETOF text
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
COMMENT ON FUNCTION crm.keys_with(regclass, text, text, text, jsonb) IS
  'Keys of the records with these custom fields that whoever asks may see. For the functions of reporting alone.';

CREATE FUNCTION reporting.opportunities_with(wanted jsonb) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp
AS $$ SELECT found::uuid FROM crm.keys_with('crm.opportunities', 'id', 'owner_user_id', 'report:sales', wanted) AS found $$;
COMMENT ON FUNCTION reporting.opportunities_with(jsonb) IS
  'Keys of the deals that one may see whose custom fields contain, of each list in the array, one of its objects: '
  '[[{"tier":"A"},{"tier":"B"}],[{"region":"EU"}]].';

CREATE FUNCTION reporting.leads_with(wanted jsonb) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp
AS $$ SELECT found::uuid FROM crm.keys_with('crm.leads', 'id', 'owner_user_id', 'report:sales', wanted) AS found $$;
COMMENT ON FUNCTION reporting.leads_with(jsonb) IS 'The same for leads.';

CREATE FUNCTION reporting.cases_with(wanted jsonb) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp
AS $$ SELECT found::uuid FROM crm.keys_with('crm.cases', 'id', 'owner_user_id', 'report:service', wanted) AS found $$;
COMMENT ON FUNCTION reporting.cases_with(jsonb) IS 'The same for cases.';

CREATE FUNCTION reporting.conversations_with(wanted jsonb) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp
AS $$ SELECT found FROM crm.keys_with('crm.conversations', 'call_id', 'rep_user_id', 'report:conversations', wanted) AS found $$;
COMMENT ON FUNCTION reporting.conversations_with(jsonb) IS 'The same for calls.';

GRANT EXECUTE ON FUNCTION
  reporting.opportunities_with(jsonb), reporting.leads_with(jsonb), reporting.cases_with(jsonb), reporting.conversations_with(jsonb)
TO tidemark_reader;

-- What such a function reads, the catalogue does not know.
CREATE TABLE mart.function_sources (
  function_name text NOT NULL,
  source regclass NOT NULL,
  PRIMARY KEY (function_name, source)
);
COMMENT ON TABLE mart.function_sources IS 'One row per function of reporting and captured table that it reads.';
INSERT INTO mart.function_sources (function_name, source)
VALUES
  ('opportunities_with', 'crm.opportunities'),
  ('leads_with', 'crm.leads'),
  ('cases_with', 'crm.cases'),
  ('conversations_with', 'crm.conversations');

ALTER FUNCTION reporting.versions_behind(text[]) RENAME TO versions_behind_views;
ALTER FUNCTION reporting.versions_behind_views(text[]) SET SCHEMA mart;
CREATE FUNCTION reporting.versions_behind(names text[])
RETURNS TABLE (source text, version text, is_mart boolean, refreshed_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  IF NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
    RETURN;
  END IF;
  RETURN QUERY
    SELECT behind.source, behind.version, behind.is_mart, behind.refreshed_at
    FROM mart.versions_behind_views(names) AS behind
    UNION
    SELECT function_sources.source::text, mart.version_of(function_sources.source), false, NULL
    FROM mart.function_sources
    WHERE function_sources.function_name = ANY (names);
END
$$;
REVOKE ALL ON FUNCTION mart.versions_behind_views(text[]) FROM tidemark_pages;
GRANT EXECUTE ON FUNCTION reporting.versions_behind(text[]) TO tidemark_pages;
COMMENT ON FUNCTION reporting.versions_behind(text[]) IS
  'The version of what these views and functions of reporting show, in the snapshot of the caller: one row per source of theirs. '
  'While all rows stay the same, so does what they show; a NULL version makes no promise. refreshed_at: where a source is a '
  'materialized view without live layers, what was committed before this instant is in it. Only for the service: no rows for others.';

-- Down Migration

DROP FUNCTION reporting.versions_behind(text[]);
ALTER FUNCTION mart.versions_behind_views(text[]) SET SCHEMA reporting;
ALTER FUNCTION reporting.versions_behind_views(text[]) RENAME TO versions_behind;
GRANT EXECUTE ON FUNCTION reporting.versions_behind(text[]) TO tidemark_pages;
DROP TABLE mart.function_sources;
DROP FUNCTION reporting.conversations_with(jsonb);
DROP FUNCTION reporting.cases_with(jsonb);
DROP FUNCTION reporting.leads_with(jsonb);
DROP FUNCTION reporting.opportunities_with(jsonb);
DROP FUNCTION crm.keys_with(regclass, text, text, text, jsonb);
DROP FUNCTION crm.custom_field_condition(jsonb);
DROP VIEW reporting.custom_fields;
