-- Up Migration

CREATE TABLE ops.attempts (
  key text PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
);
COMMENT ON TABLE ops.attempts IS
  'One row per account or network address that lately failed to sign in, asked for a link or used a token that is not valid. The library rate-limiter-flexible names the columns.';
COMMENT ON COLUMN ops.attempts.key IS 'What is counted, and of whom: an account by the SHA-256 of its e-mail address, an IPv6 address by its first 64 bits.';
COMMENT ON COLUMN ops.attempts.points IS 'How often.';
COMMENT ON COLUMN ops.attempts.expire IS 'When counting begins anew, in milliseconds since 1970.';

-- Down Migration

DROP TABLE ops.attempts;
