-- Up Migration

CREATE TABLE crm.teams (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL UNIQUE,
  source text NOT NULL DEFAULT 'tidemark',
  external_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (source, external_id)
);
COMMENT ON TABLE crm.teams IS 'One row per team. Who sees whose rows follows users.manager_user_id, not the team.';

CREATE TABLE crm.users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email text NOT NULL,
  first_name text,
  last_name text,
  team_id uuid REFERENCES crm.teams (id) ON DELETE SET NULL,
  manager_user_id uuid REFERENCES crm.users (id) ON DELETE SET NULL,
  is_active boolean NOT NULL DEFAULT true,
  source text NOT NULL DEFAULT 'tidemark',
  external_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (source, external_id),
  CHECK (manager_user_id <> id)
);
COMMENT ON TABLE crm.users IS 'One row per employee: owner of records, and perhaps user of the service.';
CREATE UNIQUE INDEX users_email_key ON crm.users (lower(email));
CREATE INDEX users_team_id_idx ON crm.users (team_id);
CREATE INDEX users_manager_user_id_idx ON crm.users (manager_user_id);

CREATE FUNCTION crm.check_manager_tree() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  -- Moves of managers are rare; one at a time, or two of them could close a circle together.
  PERFORM pg_advisory_xact_lock(hashtext('crm.users.manager_user_id'));
  IF EXISTS (
    WITH RECURSIVE above AS (
      SELECT NEW.manager_user_id AS id
      UNION
      SELECT managers.manager_user_id
      FROM above
      JOIN crm.users AS managers ON managers.id = above.id
      WHERE managers.manager_user_id IS NOT NULL
    )
    SELECT FROM above WHERE id = NEW.id
  ) THEN
    RAISE EXCEPTION 'a person cannot report to themself, directly or through others'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'users_manager_tree', COLUMN = 'manager_user_id';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER check_manager_tree AFTER INSERT OR UPDATE OF manager_user_id ON crm.users
  FOR EACH ROW WHEN (NEW.manager_user_id IS NOT NULL) EXECUTE FUNCTION crm.check_manager_tree();

CREATE TABLE crm.roles (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  role_name text NOT NULL UNIQUE,
  description text
);
COMMENT ON TABLE crm.roles IS 'One row per job function.';

CREATE TABLE crm.permissions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  permission_name text NOT NULL UNIQUE,
  description text
);
COMMENT ON TABLE crm.permissions IS 'One row per thing that a role may allow, such as report:view_team.';

CREATE TABLE crm.user_roles (
  user_id uuid NOT NULL REFERENCES crm.users (id) ON DELETE CASCADE,
  role_id uuid NOT NULL REFERENCES crm.roles (id) ON DELETE CASCADE,
  PRIMARY KEY (user_id, role_id)
);
COMMENT ON TABLE crm.user_roles IS 'One row per role that a person holds.';
CREATE INDEX user_roles_role_id_idx ON crm.user_roles (role_id);

CREATE TABLE crm.role_permissions (
  role_id uuid NOT NULL REFERENCES crm.roles (id) ON DELETE CASCADE,
  permission_id uuid NOT NULL REFERENCES crm.permissions (id) ON DELETE CASCADE,
  PRIMARY KEY (role_id, permission_id)
);
COMMENT ON TABLE crm.role_permissions IS 'One row per permission that a role grants.';
CREATE INDEX role_permissions_permission_id_idx ON crm.role_permissions (permission_id);

CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.teams FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.users FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();

INSERT INTO crm.roles (role_name, description)
VALUES
  ('Sales Representative', 'Works leads and deals; sees their own.'),
  ('Sales Manager', 'Leads a team; sees the team.'),
  ('Support Manager', 'Leads customer service.'),
  ('Finance', 'Reconciles closed deals; downloads exports.'),
  ('Administrator', 'Runs the service.');

-- Down Migration

DROP TABLE crm.role_permissions;
DROP TABLE crm.user_roles;
DROP TABLE crm.permissions;
DROP TABLE crm.roles;
DROP TABLE crm.users;
DROP FUNCTION crm.check_manager_tree();
DROP TABLE crm.teams;
