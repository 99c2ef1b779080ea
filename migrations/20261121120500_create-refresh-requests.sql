-- Up Migration

CREATE TABLE ops.refresh_requests (
  mart text PRIMARY KEY,
  requested_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE ops.refresh_requests IS 'One row per mart that somebody wants refreshed at once; gone when a worker has put it into the queue.';

-- Down Migration

DROP TABLE ops.refresh_requests;
