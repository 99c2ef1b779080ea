-- Up Migration

CREATE TABLE ops.api_tokens (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (btrim(name) <> ''),
  user_id uuid REFERENCES crm.users (id) ON DELETE CASCADE,
  scopes text[] NOT NULL CHECK (scopes <> '{}' AND scopes <@ '{reports,ingest,status}'),
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by_user_id uuid REFERENCES crm.users (id) ON DELETE SET NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  address_report text,
  CHECK (address_report IS NULL OR (user_id IS NOT NULL AND scopes = '{reports}' AND expires_at IS NOT NULL))
);
COMMENT ON TABLE ops.api_tokens IS 'One row per API token, for programs that sign in.';
COMMENT ON COLUMN ops.api_tokens.user_id IS 'Whose rows and permissions it has; NULL: a service''s, which sees all rows.';
COMMENT ON COLUMN ops.api_tokens.scopes IS 'What it is for; permits no more, whatever its owner may.';
COMMENT ON COLUMN ops.api_tokens.token_hash IS 'SHA-256 of the token, which itself is shown once and kept nowhere.';
COMMENT ON COLUMN ops.api_tokens.created_by_user_id IS 'Who made it; NULL: the operator, or somebody who is gone.';
COMMENT ON COLUMN ops.api_tokens.expires_at IS 'From when on it is refused; NULL: never.';
COMMENT ON COLUMN ops.api_tokens.last_used_at IS 'When it was last used, to the minute.';
COMMENT ON COLUMN ops.api_tokens.address_report IS
  'The one report whose downloads it opens, and then in their address; NULL: it is sent in a header, and never in an address.';
CREATE INDEX api_tokens_user_id_idx ON ops.api_tokens (user_id);
CREATE INDEX api_tokens_created_by_user_id_idx ON ops.api_tokens (created_by_user_id);

-- Down Migration

DROP TABLE ops.api_tokens;
