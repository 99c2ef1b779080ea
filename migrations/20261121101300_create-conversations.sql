-- Up Migration

-- Both tables are keyed by call_id and no table points at them, so that they can be distributed by it one day.
CREATE TABLE crm.conversations (
  call_id text CHECK (call_id <> ''),
  title text,
  rep_user_id uuid REFERENCES crm.users (id) ON DELETE SET NULL,
  company_id uuid REFERENCES crm.companies (id) ON DELETE SET NULL,
  contact_id uuid REFERENCES crm.contacts (id) ON DELETE SET NULL,
  opportunity_id uuid REFERENCES crm.opportunities (id) ON DELETE SET NULL,
  started_at timestamptz NOT NULL CHECK (isfinite(started_at)),
  duration_seconds integer CHECK (duration_seconds >= 0),
  participants jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(participants) = 'array'),
  transcript text,
  transcript_tsv tsvector GENERATED ALWAYS AS (to_tsvector('pg_catalog.english', coalesce(transcript, ''))) STORED,
  raw_response jsonb NOT NULL DEFAULT '{}',
  custom_fields jsonb NOT NULL DEFAULT '{}',
  source text NOT NULL DEFAULT 'tidemark',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- Whose call it was and when is asked for each call that is scored: the index answers without the wide row.
  PRIMARY KEY (call_id) INCLUDE (rep_user_id, started_at, opportunity_id)
);
COMMENT ON TABLE crm.conversations IS 'One row per recorded call.';
COMMENT ON COLUMN crm.conversations.call_id IS 'The recording system''s own id: a second delivery of a call updates the first.';
COMMENT ON COLUMN crm.conversations.raw_response IS 'What the scoring service answered, whole.';

CREATE INDEX conversations_rep_user_id_idx ON crm.conversations (rep_user_id, started_at);
CREATE INDEX conversations_company_id_idx ON crm.conversations (company_id);
CREATE INDEX conversations_contact_id_idx ON crm.conversations (contact_id);
CREATE INDEX conversations_opportunity_id_idx ON crm.conversations (opportunity_id, started_at);
CREATE INDEX conversations_started_at_idx ON crm.conversations (started_at);
CREATE INDEX conversations_participants_idx ON crm.conversations USING gin (participants jsonb_path_ops);
CREATE INDEX conversations_raw_response_idx ON crm.conversations USING gin (raw_response jsonb_path_ops);
CREATE INDEX conversations_custom_fields_idx ON crm.conversations USING gin (custom_fields);
CREATE INDEX conversations_transcript_tsv_idx ON crm.conversations USING gin (transcript_tsv);

CREATE TABLE crm.conversation_signals (
  call_id text NOT NULL REFERENCES crm.conversations (call_id) ON DELETE CASCADE,
  signal_name text NOT NULL CHECK (signal_name <> ''),
  scoring_version text NOT NULL DEFAULT '1',
  -- numeric, because means of floating-point numbers depend on the order of the rows.
  signal_value numeric,
  signal_text text,
  confidence numeric(5, 4) CHECK (confidence BETWEEN 0 AND 1),
  scored_at timestamptz NOT NULL DEFAULT now(),
  source text NOT NULL DEFAULT 'tidemark',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (call_id, signal_name, scoring_version),
  CONSTRAINT conversation_signals_has_value CHECK (signal_value IS NOT NULL OR signal_text IS NOT NULL),
  CONSTRAINT conversation_signals_finite CHECK (signal_value NOT IN ('NaN', 'Infinity', '-Infinity'))
)
-- Signals are scored again and again: vacuum and statistics keep up with small shares of a large table.
WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.005);
COMMENT ON TABLE crm.conversation_signals IS
  'One row per call, signal and scoring version. Reports take the newest: latest scored_at, then highest scoring_version.';
COMMENT ON COLUMN crm.conversation_signals.signal_value IS 'The score, for signals that are numbers.';
COMMENT ON COLUMN crm.conversation_signals.signal_text IS 'The finding, for signals that are words, such as high.';

CREATE INDEX conversation_signals_signal_name_idx ON crm.conversation_signals (signal_name, signal_value);

CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.conversations FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.conversation_signals FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();
CREATE TRIGGER check_custom_fields BEFORE INSERT OR UPDATE OF custom_fields ON crm.conversations
  FOR EACH ROW WHEN (NEW.custom_fields <> '{}') EXECUTE FUNCTION crm.check_custom_fields('conversations');

-- Down Migration

DROP TABLE crm.conversation_signals;
DROP TABLE crm.conversations;
