-- Up Migration

CREATE TABLE ops.sessions (
  sid text PRIMARY KEY,
  sess jsonb NOT NULL,
  expire timestamptz NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  -- Whoever has not signed in has no row.
  user_id uuid NOT NULL GENERATED ALWAYS AS ((sess ->> 'userId')::uuid) STORED REFERENCES crm.users (id) ON DELETE CASCADE
);
COMMENT ON TABLE ops.sessions IS 'One row per browser that somebody has signed in with. The library connect-pg-simple names sid, sess and expire.';
COMMENT ON COLUMN ops.sessions.sid IS 'SHA-256 of what the cookie holds, in base64url: whoever reads this table cannot sign in by it.';
COMMENT ON COLUMN ops.sessions.sess IS 'Who signed in, when, by what, from which address and with which browser.';
COMMENT ON COLUMN ops.sessions.expire IS 'From when on it is refused, unless it is used before.';
COMMENT ON COLUMN ops.sessions.seen_at IS 'When it was last used, to the minute.';
COMMENT ON COLUMN ops.sessions.user_id IS 'Who signed in.';
CREATE INDEX sessions_user_id_idx ON ops.sessions (user_id);
CREATE INDEX sessions_expire_idx ON ops.sessions (expire);

-- Down Migration

DROP TABLE ops.sessions;
