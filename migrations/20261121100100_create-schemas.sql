-- Up Migration

CREATE SCHEMA crm;
COMMENT ON SCHEMA crm IS 'System of record: the CRM core in third normal form, with conversations and their signals beside it.';

CREATE SCHEMA mart;
COMMENT ON SCHEMA mart IS 'Materialized views and their definitions. Private to the owner: readers go through reporting.';

CREATE SCHEMA reporting;
COMMENT ON SCHEMA reporting IS 'Views for reports and BI tools: the public, versioned contract.';

CREATE SCHEMA own_rows;
COMMENT ON SCHEMA own_rows IS 'Views of reporting once more, for pages of whoever sees the rows of some people: planned for few rows. Not for BI tools.';

CREATE SCHEMA all_rows;
COMMENT ON SCHEMA all_rows IS 'Views of reporting once more, for pages of whoever sees everybody''s rows; empty for anybody else. Not for BI tools.';

CREATE SCHEMA stats;
COMMENT ON SCHEMA stats IS 'Statistical functions that reports use, so that every format shows the same figure.';

COMMENT ON SCHEMA ops IS 'The service itself: migrations, settings, refresh schedule and runs.';

-- Roles belong to the whole cluster: another database of it may have made this one already, or be making it now.
DO $$
BEGIN
  -- A login that may not create roles works where an administrator has made this one.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tidemark_reader') THEN
    CREATE ROLE tidemark_reader NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

-- Reads switch to this role. From PostgreSQL 16 on, having made a role does not include the right to become it.
DO $$
DECLARE
  privilege text := CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
  IF NOT pg_has_role(current_user, 'tidemark_reader', privilege) THEN
    EXECUTE format('GRANT tidemark_reader TO %I', current_user);
  END IF;
END
$$;

GRANT USAGE ON SCHEMA reporting, own_rows, all_rows, stats TO tidemark_reader;

-- PostgreSQL lets everybody execute a new function. Here a function is for its owner, unless it says for whom else.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE FUNCTION crm.set_updated_at() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION crm.set_updated_at() IS 'Row trigger: stamps updated_at with the time of the transaction.';

-- Down Migration

DROP FUNCTION crm.set_updated_at();
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
-- The role stays: other databases of the cluster may use it.
REVOKE USAGE ON SCHEMA reporting, own_rows, all_rows, stats FROM tidemark_reader;
DROP SCHEMA stats;
DROP SCHEMA all_rows;
DROP SCHEMA own_rows;
DROP SCHEMA reporting;
DROP SCHEMA mart;
DROP SCHEMA crm;
