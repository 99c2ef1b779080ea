-- Up Migration

CREATE TABLE ops.password_links (
  token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
  user_id uuid NOT NULL REFERENCES crm.users (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
COMMENT ON TABLE ops.password_links IS 'One row per link by which a person may choose a password, once.';
COMMENT ON COLUMN ops.password_links.token_hash IS 'SHA-256 of what the link carries, which is kept nowhere.';
COMMENT ON COLUMN ops.password_links.expires_at IS 'From when on it is refused.';
CREATE INDEX password_links_user_id_idx ON ops.password_links (user_id);

-- Down Migration

DROP TABLE ops.password_links;
