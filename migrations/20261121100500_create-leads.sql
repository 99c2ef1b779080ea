-- Up Migration

CREATE TYPE crm.lead_status AS ENUM ('New', 'Working', 'Qualified', 'Unqualified', 'Converted');

CREATE TABLE crm.leads (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  status crm.lead_status NOT NULL DEFAULT 'New',
  lead_source text,
  company_name text,
  first_name text,
  last_name text NOT NULL,
  title text,
  email text,
  phone text,
  industry text,
  owner_user_id uuid REFERENCES crm.users (id) ON DELETE SET NULL,
  converted_at timestamptz,
  custom_fields jsonb NOT NULL DEFAULT '{}',
  source text NOT NULL DEFAULT 'tidemark',
  external_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (source, external_id),
  CONSTRAINT leads_converted_has_time CHECK ((status = 'Converted') = (converted_at IS NOT NULL))
);
COMMENT ON TABLE crm.leads IS 'One row per unqualified prospect. What it became points back with converted_from_lead_id.';
COMMENT ON COLUMN crm.leads.lead_source IS 'Where the prospect came from. Blank and "unknown" are two sources.';
COMMENT ON COLUMN crm.leads.source IS 'System that the row came from; with external_id its key there.';

CREATE INDEX leads_owner_user_id_idx ON crm.leads (owner_user_id);
CREATE INDEX leads_created_at_idx ON crm.leads (created_at);
CREATE INDEX leads_custom_fields_idx ON crm.leads USING gin (custom_fields);

CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.leads FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();
CREATE TRIGGER check_custom_fields BEFORE INSERT OR UPDATE OF custom_fields ON crm.leads
  FOR EACH ROW WHEN (NEW.custom_fields <> '{}') EXECUTE FUNCTION crm.check_custom_fields('leads');

-- Down Migration

DROP TABLE crm.leads;
DROP TYPE crm.lead_status;
