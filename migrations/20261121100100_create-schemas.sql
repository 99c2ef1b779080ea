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

-- Roles belong to the whole cluster: another database of it may have made these already, or be making them now. BI
-- tools read as tidemark_reader; the service's pages as tidemark_pages, which has views of its own besides.
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY '{tidemark_reader,tidemark_pages}'::text[] LOOP
    BEGIN
      -- A login that may not create roles works where an administrator has made these.
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
      END IF;
    EXCEPTION
      WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END LOOP;
  IF NOT pg_has_role('tidemark_pages', 'tidemark_reader', 'MEMBER') THEN
    GRANT tidemark_reader TO tidemark_pages;
  END IF;
EXCEPTION
  -- Another database's migration did it at this moment.
  WHEN unique_violation OR internal_error THEN NULL;
END
$$;

-- Reads switch to these roles. From PostgreSQL 16 on, having made a role does not include the right to become it.
DO $$
DECLARE
  privilege text := CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END;
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY '{tidemark_reader,tidemark_pages}'::text[] LOOP
    IF NOT pg_has_role(current_user, role_name, privilege) THEN
      EXECUTE format('GRANT %I TO %I', role_name, current_user);
    END IF;
  END LOOP;
END
$$;

GRANT USAGE ON SCHEMA reporting, stats TO tidemark_reader;
GRANT USAGE ON SCHEMA own_rows, all_rows TO tidemark_pages;

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
-- The roles stay: other databases of the cluster may use them.
REVOKE USAGE ON SCHEMA reporting, stats FROM tidemark_reader;
REVOKE USAGE ON SCHEMA own_rows, all_rows FROM tidemark_pages;
DROP SCHEMA stats;
DROP SCHEMA all_rows;
DROP SCHEMA own_rows;
DROP SCHEMA reporting;
DROP SCHEMA mart;
DROP SCHEMA crm;
