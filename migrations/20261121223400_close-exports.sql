-- Up Migration

-- As every table of the service: whoever were granted it by mistake would see nothing.
ALTER TABLE ops.exports ENABLE ROW LEVEL SECURITY;

-- Down Migration

ALTER TABLE ops.exports DISABLE ROW LEVEL SECURITY;
