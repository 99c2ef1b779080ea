-- Up Migration

CREATE TABLE crm.companies (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (name <> ''),
  industry text,
  website text,
  phone_office text,
  employee_count integer CHECK (employee_count >= 0),
  annual_revenue_amount numeric(19, 4),
  founded_year integer CHECK (founded_year BETWEEN 1000 AND 3000),
  address_street text,
  address_city text,
  address_state text,
  address_postal_code text,
  address_country text,
  parent_company_id uuid REFERENCES crm.companies (id) ON DELETE SET NULL,
  owner_user_id uuid REFERENCES crm.users (id) ON DELETE SET NULL,
  converted_from_lead_id uuid UNIQUE REFERENCES crm.leads (id) ON DELETE SET NULL,
  custom_fields jsonb NOT NULL DEFAULT '{}',
  source text NOT NULL DEFAULT 'tidemark',
  external_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (source, external_id),
  CHECK (parent_company_id <> id)
);
COMMENT ON TABLE crm.companies IS 'One row per organization that we sell to or serve.';

CREATE INDEX companies_name_idx ON crm.companies (lower(name));
CREATE INDEX companies_industry_idx ON crm.companies (industry);
CREATE INDEX companies_parent_company_id_idx ON crm.companies (parent_company_id);
CREATE INDEX companies_owner_user_id_idx ON crm.companies (owner_user_id);
CREATE INDEX companies_custom_fields_idx ON crm.companies USING gin (custom_fields);

CREATE TABLE crm.contacts (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  company_id uuid REFERENCES crm.companies (id) ON DELETE SET NULL,
  first_name text,
  last_name text NOT NULL,
  title text,
  email text,
  phone_mobile text,
  phone_work text,
  created_by_user_id uuid REFERENCES crm.users (id) ON DELETE SET NULL,
  owner_user_id uuid REFERENCES crm.users (id) ON DELETE SET NULL,
  converted_from_lead_id uuid UNIQUE REFERENCES crm.leads (id) ON DELETE SET NULL,
  custom_fields jsonb NOT NULL DEFAULT '{}',
  source text NOT NULL DEFAULT 'tidemark',
  external_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (source, external_id)
);
COMMENT ON TABLE crm.contacts IS 'One row per person, most of them at a company.';

-- An address in another case is the same mailbox.
CREATE UNIQUE INDEX contacts_email_key ON crm.contacts (lower(email));
-- Lists of a company's people are answered from the index alone.
CREATE INDEX contacts_company_lookup_idx ON crm.contacts (company_id)
  INCLUDE (first_name, last_name, email, title);
CREATE INDEX contacts_created_by_user_id_idx ON crm.contacts (created_by_user_id);
CREATE INDEX contacts_owner_user_id_idx ON crm.contacts (owner_user_id);
CREATE INDEX contacts_custom_fields_idx ON crm.contacts USING gin (custom_fields);

CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.companies FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.contacts FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();
CREATE TRIGGER check_custom_fields BEFORE INSERT OR UPDATE OF custom_fields ON crm.companies
  FOR EACH ROW WHEN (NEW.custom_fields <> '{}') EXECUTE FUNCTION crm.check_custom_fields('companies');
CREATE TRIGGER check_custom_fields BEFORE INSERT OR UPDATE OF custom_fields ON crm.contacts
  FOR EACH ROW WHEN (NEW.custom_fields <> '{}') EXECUTE FUNCTION crm.check_custom_fields('contacts');

-- Down Migration

DROP TABLE crm.contacts;
DROP TABLE crm.companies;
