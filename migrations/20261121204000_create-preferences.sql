-- Up Migration

CREATE TABLE ops.preferences (
  user_id uuid PRIMARY KEY REFERENCES crm.users (id) ON DELETE CASCADE,
  language text NOT NULL CHECK (language ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$')
);
COMMENT ON TABLE ops.preferences IS 'One row per person who has chosen how numbers and dates are written for them; for all others, their browser says.';
COMMENT ON COLUMN ops.preferences.language IS 'Language tag by BCP 47, such as de-CH. It decides how numbers and dates look, not what they are.';
ALTER TABLE ops.preferences ENABLE ROW LEVEL SECURITY;

-- Down Migration

DROP TABLE ops.preferences;
