-- Up Migration

-- What pgcrypto is needed for works only where it is; everything else works without. Its functions are of no use without a key,
-- and stand where readers cannot call them, unless somebody has put them elsewhere before.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA ops;
EXCEPTION
  -- The server lacks its files, or does not let this login have it.
  WHEN undefined_file OR feature_not_supported OR insufficient_privilege THEN
    RAISE NOTICE 'without pgcrypto, sensitive fields of contacts cannot be kept: %', SQLERRM;
END
$$;

CREATE TABLE crm.contact_secrets (
  contact_id uuid NOT NULL REFERENCES crm.contacts (id) ON DELETE CASCADE,
  field text NOT NULL CHECK (field IN ('phone_private', 'address_private', 'birth_date', 'national_id', 'notes_private')),
  sealed bytea NOT NULL,
  authentication_code bytea NOT NULL CHECK (length(authentication_code) = 32),
  key_fingerprint text NOT NULL CHECK (key_fingerprint ~ '^[0-9a-f]{16}$'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (contact_id, field)
);
-- Without a policy: granted by mistake, it shows no row.
ALTER TABLE crm.contact_secrets ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE crm.contact_secrets IS
  'One row per sensitive field of a contact, encrypted. No view reads it: it is in no report, export or BI tool.';
COMMENT ON COLUMN crm.contact_secrets.sealed IS
  'The value in UTF-8, as an OpenPGP message (pgp_sym_encrypt_bytea, AES-256) under a key that is derived from TIDEMARK_FIELD_KEY.';
COMMENT ON COLUMN crm.contact_secrets.authentication_code IS
  'HMAC-SHA-256 over contact_id/field/key_fingerprint/ and sealed, under another derived key: shows what was changed, or moved from '
  'another row.';
COMMENT ON COLUMN crm.contact_secrets.key_fingerprint IS 'Which key it takes; says nothing about the key.';

CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.contact_secrets FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();

-- Down Migration

DROP TABLE crm.contact_secrets;
-- Where it was there before us, somebody else may use it.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pgcrypto' AND extnamespace = 'ops'::regnamespace) THEN
    DROP EXTENSION pgcrypto;
  END IF;
END
$$;
