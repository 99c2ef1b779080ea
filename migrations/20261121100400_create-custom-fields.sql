-- Up Migration

CREATE TYPE crm.custom_field_type AS ENUM ('text', 'number', 'boolean', 'date', 'choice');

CREATE TABLE crm.custom_field_definitions (
  entity text NOT NULL CHECK (entity IN ('companies', 'contacts', 'leads', 'opportunities', 'cases', 'conversations')),
  key text NOT NULL CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  label text NOT NULL,
  data_type crm.custom_field_type NOT NULL,
  allowed_values text[],
  description text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (entity, key),
  CONSTRAINT custom_field_choice_has_values CHECK ((data_type = 'choice') = (coalesce(cardinality(allowed_values), 0) > 0))
);
COMMENT ON TABLE crm.custom_field_definitions IS
  'One row per field that users added to an entity. custom_fields may hold defined keys only, in the defined type.';

CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.custom_field_definitions
  FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();

CREATE FUNCTION crm.custom_field_fits(data_type crm.custom_field_type, allowed_values text[], value jsonb)
RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN CASE data_type
    WHEN 'text' THEN jsonb_typeof(value) = 'string'
    WHEN 'number' THEN jsonb_typeof(value) = 'number'
    WHEN 'boolean' THEN jsonb_typeof(value) = 'boolean'
    WHEN 'choice' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' = ANY (allowed_values)
    WHEN 'date' THEN
      jsonb_typeof(value) = 'string'
      AND value #>> '{}' ~ '^\d{4}-\d{2}-\d{2}$'
      AND (value #>> '{}')::date IS NOT NULL
  END;
EXCEPTION
  WHEN datetime_field_overflow THEN RETURN false;
END
$$;
COMMENT ON FUNCTION crm.custom_field_fits(crm.custom_field_type, text[], jsonb) IS
  'Whether a JSON value is of the defined type. A JSON null fits none: a field without a value is left out.';

CREATE FUNCTION crm.check_custom_fields() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  bad record;
BEGIN
  IF jsonb_typeof(NEW.custom_fields) <> 'object' THEN
    RAISE EXCEPTION 'custom_fields must be a JSON object'
      USING ERRCODE = 'check_violation', COLUMN = 'custom_fields';
  END IF;

  SELECT given.key, given.value, definition.data_type, definition.allowed_values
  INTO bad
  FROM jsonb_each(NEW.custom_fields) AS given
  LEFT JOIN crm.custom_field_definitions AS definition
    ON definition.entity = TG_ARGV[0] AND definition.key = given.key
  WHERE definition.key IS NULL
    OR NOT crm.custom_field_fits(definition.data_type, definition.allowed_values, given.value)
  LIMIT 1;

  IF FOUND AND bad.data_type IS NULL THEN
    RAISE EXCEPTION 'custom field "%" is not defined for %', bad.key, TG_ARGV[0]
      USING ERRCODE = 'check_violation', COLUMN = 'custom_fields';
  ELSIF FOUND THEN
    RAISE EXCEPTION 'custom field "%" takes a %, not %', bad.key,
      CASE WHEN bad.data_type = 'choice'
        THEN 'value out of ' || array_to_string(bad.allowed_values, ', ')
        ELSE bad.data_type::text
      END,
      bad.value
      USING ERRCODE = 'check_violation', COLUMN = 'custom_fields';
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION crm.check_custom_fields() IS
  'Row trigger: custom_fields holds defined keys in their defined type only. Its argument is the entity.';

CREATE FUNCTION crm.keep_custom_fields_in_use() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  in_use boolean;
BEGIN
  -- A wider choice, a new label or another description leaves every stored value valid.
  IF TG_OP = 'UPDATE'
    AND (NEW.entity, NEW.key, NEW.data_type) = (OLD.entity, OLD.key, OLD.data_type)
    AND (OLD.allowed_values IS NULL OR NEW.allowed_values @> OLD.allowed_values)
  THEN
    RETURN NEW;
  END IF;

  EXECUTE format('SELECT EXISTS (SELECT FROM crm.%I WHERE custom_fields ? $1)', OLD.entity)
    INTO in_use USING OLD.key;
  IF in_use THEN
    RAISE EXCEPTION 'custom field "%" of % is in use', OLD.key, OLD.entity
      USING ERRCODE = 'restrict_violation', HINT = 'Remove it from the rows first.';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER keep_custom_fields_in_use BEFORE UPDATE OR DELETE ON crm.custom_field_definitions
  FOR EACH ROW EXECUTE FUNCTION crm.keep_custom_fields_in_use();

-- Down Migration

DROP TABLE crm.custom_field_definitions;
DROP FUNCTION crm.keep_custom_fields_in_use();
DROP FUNCTION crm.check_custom_fields();
DROP FUNCTION crm.custom_field_fits(crm.custom_field_type, text[], jsonb);
DROP TYPE crm.custom_field_type;
