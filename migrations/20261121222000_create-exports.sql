-- Up Migration

CREATE TABLE ops.exports (
  id uuid PRIMARY KEY,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  user_id uuid,
  made_by text NOT NULL,
  means text NOT NULL,
  token_id text,
  share_link_id uuid,
  report text NOT NULL,
  section text NOT NULL,
  format text NOT NULL,
  dialect text,
  query text NOT NULL,
  data_as_of timestamptz NOT NULL,
  announced_rows bigint NOT NULL,
  state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'completed', 'aborted')),
  reason text,
  written_rows bigint,
  bytes bigint,
  sha256 bytea CHECK (length(sha256) = 32),
  CHECK ((state = 'running') = (finished_at IS NULL)),
  CHECK ((state = 'aborted') = (reason IS NOT NULL)),
  CHECK (state <> 'completed' OR (sha256 IS NOT NULL AND bytes IS NOT NULL AND written_rows = announced_rows))
);
COMMENT ON TABLE ops.exports IS 'One row per download of a report''s rows, whether it was finished or not: which file somebody holds, and whether it is complete.';
COMMENT ON COLUMN ops.exports.user_id IS 'Who made it, also when they are gone; NULL: the operator, a service, or somebody unknown.';
COMMENT ON COLUMN ops.exports.made_by IS 'What they were called then.';
COMMENT ON COLUMN ops.exports.means IS 'session, token, cli or none.';
COMMENT ON COLUMN ops.exports.token_id IS 'The API token it was asked for with.';
COMMENT ON COLUMN ops.exports.share_link_id IS 'The link that it went through: its rows are those of whoever made the link.';
COMMENT ON COLUMN ops.exports.dialect IS 'Of CSV, as it was asked for, such as excel de-DE; NULL: the usual.';
COMMENT ON COLUMN ops.exports.query IS 'The parameters of the report, as they were asked for.';
COMMENT ON COLUMN ops.exports.data_as_of IS 'The instant of the snapshot, or of the oldest refresh that it shows.';
COMMENT ON COLUMN ops.exports.announced_rows IS 'Rows in the snapshot, as X-Row-Count said.';
COMMENT ON COLUMN ops.exports.reason IS 'Why it broke off, as a code such as client_gone.';
COMMENT ON COLUMN ops.exports.written_rows IS 'Rows that have left; of one that broke off, at most.';
COMMENT ON COLUMN ops.exports.bytes IS 'Size of the file, before it is compressed on the way.';
COMMENT ON COLUMN ops.exports.sha256 IS 'Of the file, before it is compressed on the way; only of one that is complete.';
CREATE INDEX exports_started_at_idx ON ops.exports (started_at);
CREATE INDEX exports_user_id_idx ON ops.exports (user_id, started_at);
CREATE INDEX exports_token_id_idx ON ops.exports (token_id, started_at) WHERE token_id IS NOT NULL;
CREATE INDEX exports_sha256_idx ON ops.exports (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX exports_running_idx ON ops.exports (started_at) WHERE state = 'running';

-- Down Migration

DROP TABLE ops.exports;
