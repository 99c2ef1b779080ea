-- Up Migration

-- Apart from crm.users, so that nobody who may read people reads hashes.
CREATE TABLE ops.credentials (
  user_id uuid PRIMARY KEY REFERENCES crm.users (id) ON DELETE CASCADE,
  password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$v=19$%'),
  changed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE ops.credentials IS 'One row per person who can sign in with a password.';
COMMENT ON COLUMN ops.credentials.password_hash IS 'Argon2id in PHC format, with its parameters and salt.';
COMMENT ON COLUMN ops.credentials.changed_at IS 'When the password was chosen; hashing it anew with higher parameters does not count.';

-- Down Migration

DROP TABLE ops.credentials;
