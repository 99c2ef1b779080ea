-- Up Migration

CREATE TABLE ops.share_links (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES crm.users (id) ON DELETE CASCADE,
  report text NOT NULL,
  query text NOT NULL CHECK (length(query) <= 4000),
  row_permission text NOT NULL CHECK (row_permission IN ('report:view_own', 'report:view_team', 'report:view_all')),
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  last_opened_at timestamptz,
  CHECK (expires_at > created_at)
);
COMMENT ON TABLE ops.share_links IS 'One row per link by which others read a report with the rows of whoever made it.';
COMMENT ON COLUMN ops.share_links.user_id IS 'Who made it: rows are read as them, with what they may at that moment.';
COMMENT ON COLUMN ops.share_links.report IS 'Slug of the report.';
COMMENT ON COLUMN ops.share_links.query IS 'Canonical query string: nobody who opens the link can change it.';
COMMENT ON COLUMN ops.share_links.row_permission IS
  'The widest of the permissions that decide whose rows they saw when they made it. With another one, the link opens nothing.';
COMMENT ON COLUMN ops.share_links.token_hash IS 'SHA-256 of what the address carries, which itself is shown once and kept nowhere.';
COMMENT ON COLUMN ops.share_links.last_opened_at IS 'When it was last opened, to the minute.';
CREATE INDEX share_links_user_id_idx ON ops.share_links (user_id, created_at);
ALTER TABLE ops.share_links ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE ops.attempts IS
  'One row per account or network address that lately failed to sign in, asked for a link, used a token that is not valid, or '
  'opened a share link, or one that there is not. The library rate-limiter-flexible names the columns.';

-- What the demo's people have shared goes with the demo, too.
CREATE OR REPLACE FUNCTION ops.end_demo_access() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM ops.sessions
  USING crm.users
  WHERE users.id = sessions.user_id AND users.source = 'demo';

  UPDATE ops.api_tokens
  SET revoked_at = now()
  FROM crm.users
  WHERE users.id = api_tokens.user_id AND users.source = 'demo' AND api_tokens.revoked_at IS NULL;

  UPDATE ops.share_links
  SET revoked_at = now()
  FROM crm.users
  WHERE users.id = share_links.user_id AND users.source = 'demo' AND share_links.revoked_at IS NULL;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ops.end_demo_access() IS 'Row trigger: ends the sessions and revokes the tokens and share links of the demo''s people.';

-- Down Migration

CREATE OR REPLACE FUNCTION ops.end_demo_access() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM ops.sessions
  USING crm.users
  WHERE users.id = sessions.user_id AND users.source = 'demo';

  UPDATE ops.api_tokens
  SET revoked_at = now()
  FROM crm.users
  WHERE users.id = api_tokens.user_id AND users.source = 'demo' AND api_tokens.revoked_at IS NULL;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ops.end_demo_access() IS 'Row trigger: ends the sessions and revokes the tokens of the demo''s people.';
COMMENT ON TABLE ops.attempts IS
  'One row per account or network address that lately failed to sign in, asked for a link or used a token that is not valid. The library rate-limiter-flexible names the columns.';
DROP TABLE ops.share_links;
