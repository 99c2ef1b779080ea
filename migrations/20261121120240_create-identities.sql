-- Up Migration

CREATE TABLE ops.identities (
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id uuid NOT NULL REFERENCES crm.users (id) ON DELETE CASCADE,
  linked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject),
  -- Whoever gets somebody's old e-mail address at the provider does not get their account here.
  UNIQUE (user_id, issuer)
);
COMMENT ON TABLE ops.identities IS 'One row per company account that somebody signs in with. Without it, the e-mail address decides, once.';
COMMENT ON COLUMN ops.identities.issuer IS 'OpenID Connect provider, as it calls itself.';
COMMENT ON COLUMN ops.identities.subject IS 'What the provider calls the account: never given to somebody else, whatever becomes of its e-mail address.';
COMMENT ON COLUMN ops.identities.linked_at IS 'When they first signed in with it.';

-- Down Migration

DROP TABLE ops.identities;
