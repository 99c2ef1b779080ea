-- Up Migration

-- Sessions, tokens, the audit trail and the like are the service's own. Without a policy, a table that somebody grants
-- by mistake shows no row; its owner, who is the service, is not subject to it.
DO $$
DECLARE
  source regclass;
BEGIN
  FOR source IN SELECT oid FROM pg_class WHERE relnamespace = 'ops'::regnamespace AND relkind IN ('r', 'p') LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', source);
  END LOOP;
END
$$;

-- Down Migration

DO $$
DECLARE
  source regclass;
BEGIN
  FOR source IN SELECT oid FROM pg_class WHERE relnamespace = 'ops'::regnamespace AND relkind IN ('r', 'p') LOOP
    EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', source);
  END LOOP;
END
$$;
