-- Up Migration

CREATE TABLE ops.saved_views (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES crm.users (id) ON DELETE CASCADE,
  report text NOT NULL,
  name text NOT NULL CHECK (name = btrim(name) AND length(name) BETWEEN 1 AND 60),
  query text NOT NULL CHECK (length(query) <= 4000),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (id, user_id)
);
COMMENT ON TABLE ops.saved_views IS 'One row per report with filters that a person has given a name; unique by user_id, report and name, in small letters or capitals.';
COMMENT ON COLUMN ops.saved_views.user_id IS 'Whose it is: nobody else sees it.';
COMMENT ON COLUMN ops.saved_views.report IS 'Slug of the report, which may not exist any more.';
COMMENT ON COLUMN ops.saved_views.query IS 'Canonical query string; empty: the report as it opens. A period such as this_month goes on with time.';
CREATE UNIQUE INDEX saved_views_name_key ON ops.saved_views (user_id, report, lower(name));
ALTER TABLE ops.saved_views ENABLE ROW LEVEL SECURITY;

CREATE TABLE ops.start_pages (
  user_id uuid PRIMARY KEY REFERENCES crm.users (id) ON DELETE CASCADE,
  report text,
  saved_view_id uuid,
  CHECK (num_nonnulls(report, saved_view_id) <= 1),
  -- Nobody starts with somebody else's. What is left of one that was deleted tells its owner so.
  FOREIGN KEY (saved_view_id, user_id) REFERENCES ops.saved_views (id, user_id) ON DELETE SET NULL (saved_view_id)
);
COMMENT ON TABLE ops.start_pages IS 'One row per person who has chosen what the service opens with; for all others, it opens with the catalogue.';
COMMENT ON COLUMN ops.start_pages.report IS 'Slug of a report, which may not exist any more.';
COMMENT ON COLUMN ops.start_pages.saved_view_id IS 'Or a view of theirs; neither: a view that they have deleted since.';
CREATE INDEX start_pages_saved_view_id_idx ON ops.start_pages (saved_view_id, user_id);
ALTER TABLE ops.start_pages ENABLE ROW LEVEL SECURITY;

-- Down Migration

DROP TABLE ops.start_pages;
DROP TABLE ops.saved_views;
