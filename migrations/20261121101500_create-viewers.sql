-- Up Migration

-- Who asks, and whose rows they may see: decided here, once, for pages, exports, caches, mails and SQL logins alike.

INSERT INTO crm.permissions (permission_name, description)
VALUES
  ('report:view_own', 'See the rows that one owns.'),
  ('report:view_team', 'See the rows of everybody who reports to one, directly or through others.'),
  ('report:view_all', 'See everybody''s rows, and those that nobody owns.'),
  ('report:sales', 'Open reports about leads, deals and quotas.'),
  ('report:conversations', 'Open reports about calls, their signals and other activities.'),
  ('report:service', 'Open reports about cases.'),
  ('export:download', 'Download rows as a file, or read them with an API token.'),
  ('token:create', 'Make API tokens for oneself.'),
  ('token:manage', 'Make API tokens for services; see and revoke everybody''s.'),
  ('user:manage', 'Add people, deactivate them, and say who has which role, team and manager.'),
  ('role:manage', 'Say what a role permits.'),
  ('audit:view', 'Read the audit trail.'),
  ('job:run', 'Refresh a mart at once.'),
  ('status:view', 'See how the marts are, and read the metrics.'),
  ('data:ingest', 'Send conversations and signals.');

INSERT INTO crm.role_permissions (role_id, permission_id)
SELECT roles.id, permissions.id
FROM (
  VALUES
    ('Sales Representative', '{report:view_own,report:sales,report:conversations,export:download,token:create}'::text[]),
    ('Sales Manager', '{report:view_own,report:view_team,report:sales,report:conversations,export:download,token:create,status:view}'),
    ('Support Manager', '{report:view_own,report:view_team,report:conversations,report:service,export:download,token:create,status:view}'),
    ('Finance', '{report:view_all,report:sales,export:download,token:create,status:view}')
) AS given (role_name, permission_names)
JOIN crm.roles USING (role_name)
JOIN crm.permissions ON permissions.permission_name = ANY (given.permission_names)
UNION ALL
SELECT roles.id, permissions.id
FROM crm.roles
CROSS JOIN crm.permissions
WHERE roles.role_name = 'Administrator';

CREATE TABLE ops.bi_logins (
  login_name text PRIMARY KEY,
  user_id uuid REFERENCES crm.users (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE ops.bi_logins IS 'One row per PostgreSQL login of a BI tool.';
COMMENT ON COLUMN ops.bi_logins.login_name IS 'Name of the login.';
COMMENT ON COLUMN ops.bi_logins.user_id IS 'Whose rows it sees; NULL: everybody''s.';
CREATE INDEX bi_logins_user_id_idx ON ops.bi_logins (user_id);

CREATE FUNCTION crm.viewer() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  login ops.bi_logins;
BEGIN
  -- By the login, which nobody can change by SET, and not by the role, which they can.
  SELECT * INTO login FROM ops.bi_logins WHERE bi_logins.login_name = session_user;
  IF FOUND THEN
    RETURN coalesce(login.user_id::text, '*');
  END IF;
  -- The service itself speaks for whoever it has signed in.
  IF pg_has_role(session_user, current_user, 'MEMBER') THEN
    RETURN nullif(current_setting('tidemark.viewer', true), '');
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION crm.viewer() IS
  'Who asks: the id of a person, * for the service itself and BI logins that see all rows, NULL for nobody known. A BI login is who '
  'it was made for; the service says whom it asks for in the setting tidemark.viewer, which means nothing from anybody else.';

CREATE FUNCTION crm.permissions_of(user_id uuid) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN ARRAY(
    SELECT DISTINCT permissions.permission_name
    FROM crm.users
    JOIN crm.user_roles AS held ON held.user_id = users.id
    JOIN crm.role_permissions AS granted ON granted.role_id = held.role_id
    JOIN crm.permissions ON permissions.id = granted.permission_id
    WHERE users.id = permissions_of.user_id AND users.is_active
    ORDER BY 1
  );
END
$$;
COMMENT ON FUNCTION crm.permissions_of(uuid) IS 'What a person''s roles permit, in order; nothing once they are inactive.';

CREATE FUNCTION crm.sees_all_rows(topic text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  viewer text := crm.viewer();
BEGIN
  RETURN CASE
    WHEN viewer IS NULL THEN false
    WHEN viewer = '*' THEN true
    ELSE crm.permissions_of(viewer::uuid) @> array_remove(ARRAY['report:view_all', topic], NULL)
  END;
END
$$;
COMMENT ON FUNCTION crm.sees_all_rows(text) IS
  'Whether whoever asks may see everybody''s rows of reports that need this permission, such as report:sales; NULL: of any.';

CREATE FUNCTION crm.may(permission text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  viewer text := crm.viewer();
BEGIN
  RETURN CASE
    WHEN viewer IS NULL THEN false
    WHEN viewer = '*' THEN true
    ELSE permission = ANY (crm.permissions_of(viewer::uuid))
  END;
END
$$;
COMMENT ON FUNCTION crm.may(text) IS 'Whether whoever asks has this permission.';

CREATE FUNCTION crm.visible_user_ids(topic text) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  viewer text := crm.viewer();
  permitted text[];
BEGIN
  IF viewer IS NULL THEN
    RETURN '{}';
  END IF;
  IF viewer <> '*' THEN
    permitted := crm.permissions_of(viewer::uuid);
    IF topic <> ALL (permitted) THEN
      RETURN '{}';
    END IF;
  END IF;
  IF viewer = '*' OR 'report:view_all' = ANY (permitted) THEN
    RETURN ARRAY(SELECT id FROM crm.users) || '00000000-0000-0000-0000-000000000000'::uuid;
  END IF;
  IF 'report:view_team' = ANY (permitted) THEN
    RETURN ARRAY(
      WITH RECURSIVE team AS (
        SELECT viewer::uuid AS user_id
        UNION
        SELECT users.id
        FROM team
        JOIN crm.users ON users.manager_user_id = team.user_id
      )
      SELECT user_id FROM team
    );
  END IF;
  IF 'report:view_own' = ANY (permitted) THEN
    RETURN ARRAY[viewer::uuid];
  END IF;
  RETURN '{}';
END
$$;
COMMENT ON FUNCTION crm.visible_user_ids(text) IS
  'Whose rows whoever asks may see in reports that need this permission, such as report:sales (NULL: in any): their own, those of the people below '
  'them, or everybody''s with nobody''s (00000000-0000-0000-0000-000000000000); none without the permission. Ask it once per query, '
  'as a scalar subquery.';

-- Views ask these with the rights of whoever reads. They tell people about themselves only.
GRANT EXECUTE ON FUNCTION crm.sees_all_rows(text), crm.may(text), crm.visible_user_ids(text) TO PUBLIC;

-- Down Migration

DROP FUNCTION crm.visible_user_ids(text);
DROP FUNCTION crm.may(text);
DROP FUNCTION crm.sees_all_rows(text);
DROP FUNCTION crm.permissions_of(uuid);
DROP FUNCTION crm.viewer();
DROP TABLE ops.bi_logins;
DELETE FROM crm.role_permissions;
DELETE FROM crm.permissions;
