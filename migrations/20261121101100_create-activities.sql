-- Up Migration

CREATE TYPE crm.activity_type AS ENUM ('Call', 'Email', 'Meeting', 'Task', 'Note');

-- The one table that grows with every working day: a month is a partition, and retention drops whole months.
-- There is no default partition, which would have to be searched whenever a month is added.
CREATE TABLE crm.activities (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  activity_type crm.activity_type NOT NULL,
  subject text,
  notes text,
  notes_tsv tsvector GENERATED ALWAYS AS (to_tsvector('pg_catalog.english', coalesce(notes, ''))) STORED,
  activity_date timestamptz NOT NULL,
  completed_at timestamptz,
  owner_user_id uuid REFERENCES crm.users (id) ON DELETE SET NULL,
  created_by_user_id uuid REFERENCES crm.users (id) ON DELETE SET NULL,
  source text NOT NULL DEFAULT 'tidemark',
  external_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- A key of a partitioned table holds the partition key.
  PRIMARY KEY (id, created_at),
  UNIQUE (source, external_id, created_at)
) PARTITION BY RANGE (created_at);
COMMENT ON TABLE crm.activities IS 'One row per call, e-mail, meeting, task or note; partitioned by month of created_at (UTC).';
COMMENT ON COLUMN crm.activities.completed_at IS 'NULL while it is planned.';

CREATE INDEX activities_owner_user_id_idx ON crm.activities (owner_user_id, activity_date);
CREATE INDEX activities_created_by_user_id_idx ON crm.activities (created_by_user_id);
CREATE INDEX activities_notes_tsv_idx ON crm.activities USING gin (notes_tsv);
CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.activities FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();

CREATE TABLE crm.activity_contacts (
  activity_id uuid NOT NULL,
  activity_created_at timestamptz NOT NULL,
  contact_id uuid NOT NULL REFERENCES crm.contacts (id) ON DELETE CASCADE,
  PRIMARY KEY (activity_id, activity_created_at, contact_id),
  FOREIGN KEY (activity_id, activity_created_at) REFERENCES crm.activities (id, created_at) ON DELETE CASCADE
) PARTITION BY RANGE (activity_created_at);
COMMENT ON TABLE crm.activity_contacts IS 'One row per person who took part in an activity; partitioned like activities.';
CREATE INDEX activity_contacts_contact_id_idx ON crm.activity_contacts (contact_id);

CREATE TABLE crm.activity_opportunities (
  activity_id uuid NOT NULL,
  activity_created_at timestamptz NOT NULL,
  opportunity_id uuid NOT NULL REFERENCES crm.opportunities (id) ON DELETE CASCADE,
  PRIMARY KEY (activity_id, activity_created_at, opportunity_id),
  FOREIGN KEY (activity_id, activity_created_at) REFERENCES crm.activities (id, created_at) ON DELETE CASCADE
) PARTITION BY RANGE (activity_created_at);
COMMENT ON TABLE crm.activity_opportunities IS 'One row per deal that an activity was about; partitioned like activities.';
CREATE INDEX activity_opportunities_opportunity_id_idx ON crm.activity_opportunities (opportunity_id);

CREATE TABLE crm.activity_cases (
  activity_id uuid NOT NULL,
  activity_created_at timestamptz NOT NULL,
  case_id uuid NOT NULL REFERENCES crm.cases (id) ON DELETE CASCADE,
  PRIMARY KEY (activity_id, activity_created_at, case_id),
  FOREIGN KEY (activity_id, activity_created_at) REFERENCES crm.activities (id, created_at) ON DELETE CASCADE
) PARTITION BY RANGE (activity_created_at);
COMMENT ON TABLE crm.activity_cases IS 'One row per case that an activity was about; partitioned like activities.';
CREATE INDEX activity_cases_case_id_idx ON crm.activity_cases (case_id);

CREATE TABLE crm.activity_companies (
  activity_id uuid NOT NULL,
  activity_created_at timestamptz NOT NULL,
  company_id uuid NOT NULL REFERENCES crm.companies (id) ON DELETE CASCADE,
  PRIMARY KEY (activity_id, activity_created_at, company_id),
  FOREIGN KEY (activity_id, activity_created_at) REFERENCES crm.activities (id, created_at) ON DELETE CASCADE
) PARTITION BY RANGE (activity_created_at);
COMMENT ON TABLE crm.activity_companies IS 'One row per company that an activity was about; partitioned like activities.';
CREATE INDEX activity_companies_company_id_idx ON crm.activity_companies (company_id);

-- Change capture, which comes later, has something to do here.
CREATE FUNCTION crm.announce_partition(parent regclass, partition regclass) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS '';
COMMENT ON FUNCTION crm.announce_partition(regclass, regclass) IS
  'What is to be done with a partition that this very transaction made, empty, and attached.';

CREATE FUNCTION crm.ensure_activity_partitions(first_day date, last_day date) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  month date;
  parent text;
  partition text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('crm.ensure_activity_partitions'));
  FOR month IN
    SELECT generate_series(date_trunc('month', first_day), date_trunc('month', last_day), interval '1 month')::date
  LOOP
    FOREACH parent IN ARRAY ARRAY[
      'activities', 'activity_contacts', 'activity_opportunities', 'activity_cases', 'activity_companies'
    ] LOOP
      partition := parent || to_char(month, '"_y"YYYY"m"MM');
      CONTINUE WHEN to_regclass('crm.' || partition) IS NOT NULL;
      -- Made apart and then attached, because that locks the parent less than PARTITION OF does.
      EXECUTE format('CREATE TABLE crm.%I (LIKE crm.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED)',
        partition, parent);
      -- Its rows are read through the parent, whose policies hold there; granted by itself, it shows none.
      EXECUTE format('ALTER TABLE crm.%I ENABLE ROW LEVEL SECURITY', partition);
      EXECUTE format('ALTER TABLE crm.%I ATTACH PARTITION crm.%I FOR VALUES FROM (%L) TO (%L)',
        parent, partition,
        month::timestamp AT TIME ZONE 'UTC',
        (month + interval '1 month') AT TIME ZONE 'UTC');
      PERFORM crm.announce_partition(to_regclass('crm.' || parent), to_regclass('crm.' || partition));
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END
$$;
COMMENT ON FUNCTION crm.ensure_activity_partitions(date, date) IS
  'Makes the monthly partitions of activities and their junctions from the first day''s month to the last day''s; returns how many were missing.';

SELECT crm.ensure_activity_partitions((now() - interval '1 month')::date, (now() + interval '3 months')::date);

-- Down Migration

DROP FUNCTION crm.ensure_activity_partitions(date, date);
DROP FUNCTION crm.announce_partition(regclass, regclass);
DROP TABLE crm.activity_companies;
DROP TABLE crm.activity_cases;
DROP TABLE crm.activity_opportunities;
DROP TABLE crm.activity_contacts;
DROP TABLE crm.activities;
DROP TYPE crm.activity_type;
