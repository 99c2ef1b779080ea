-- Up Migration

CREATE TABLE ops.settings (
  key text PRIMARY KEY CHECK (key IN ('business_time_zone', 'currency', 'fiscal_year_start', 'demo_data')),
  value text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE ops.settings IS
  'One row per setting that SQL needs. The service writes them from its environment when it starts; demo_data is there while the '
  'database holds an invented company and nothing else, and lets everybody sign in as one of its people.';

CREATE TRIGGER set_updated_at BEFORE UPDATE ON ops.settings
  FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();

INSERT INTO ops.settings (key, value)
VALUES
  ('business_time_zone', 'UTC'),
  ('currency', 'USD'),
  ('fiscal_year_start', '1');

CREATE FUNCTION ops.business_time_zone() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
-- Parsed when made: the catalogue knows that whoever calls it depends on the settings.
BEGIN ATOMIC
  SELECT value FROM ops.settings WHERE key = 'business_time_zone';
END;
GRANT EXECUTE ON FUNCTION ops.business_time_zone() TO tidemark_reader;
COMMENT ON FUNCTION ops.business_time_zone() IS
  'Zone in which days, weeks and months begin. Call it as (SELECT ops.business_time_zone()), so that a query asks once.';

-- Down Migration

DROP FUNCTION ops.business_time_zone();
DROP TABLE ops.settings;
