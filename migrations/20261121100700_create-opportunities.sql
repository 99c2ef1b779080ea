-- Up Migration

CREATE TABLE crm.products (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL UNIQUE,
  family text,
  description text,
  unit_price numeric(19, 4) CHECK (unit_price >= 0),
  currency text NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),
  is_active boolean NOT NULL DEFAULT true,
  source text NOT NULL DEFAULT 'tidemark',
  external_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (source, external_id)
);
COMMENT ON TABLE crm.products IS 'One row per product or service for sale.';

CREATE TYPE crm.opportunity_stage AS ENUM (
  'Prospecting',
  'Qualification',
  'Needs Analysis',
  'Value Proposition',
  'Proposal/Price Quote',
  'Negotiation/Review',
  'Closed Won',
  'Closed Lost'
);
CREATE TYPE crm.opportunity_outcome AS ENUM ('open', 'won', 'lost');
CREATE TYPE crm.forecast_category AS ENUM ('Pipeline', 'Best Case', 'Commit', 'Closed', 'Omitted');

CREATE TABLE crm.opportunity_stages (
  stage crm.opportunity_stage PRIMARY KEY,
  position integer NOT NULL UNIQUE,
  outcome crm.opportunity_outcome NOT NULL,
  default_probability numeric(5, 4) NOT NULL CHECK (default_probability BETWEEN 0 AND 1),
  default_forecast_category crm.forecast_category NOT NULL
);
COMMENT ON TABLE crm.opportunity_stages IS
  'One row per stage: what it means, and the probability and forecast category of deals that name none.';

INSERT INTO crm.opportunity_stages (stage, position, outcome, default_probability, default_forecast_category)
VALUES
  ('Prospecting', 1, 'open', 0.10, 'Pipeline'),
  ('Qualification', 2, 'open', 0.20, 'Pipeline'),
  ('Needs Analysis', 3, 'open', 0.35, 'Pipeline'),
  ('Value Proposition', 4, 'open', 0.50, 'Best Case'),
  ('Proposal/Price Quote', 5, 'open', 0.65, 'Best Case'),
  ('Negotiation/Review', 6, 'open', 0.80, 'Commit'),
  ('Closed Won', 7, 'won', 1, 'Closed'),
  ('Closed Lost', 8, 'lost', 0, 'Omitted');

CREATE TABLE crm.opportunities (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  -- A deal without a customer is none; and no deal disappears because its company does.
  company_id uuid NOT NULL REFERENCES crm.companies (id) ON DELETE RESTRICT,
  owner_user_id uuid REFERENCES crm.users (id) ON DELETE SET NULL,
  primary_product_id uuid REFERENCES crm.products (id) ON DELETE SET NULL,
  amount numeric(19, 4),
  currency text NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),
  stage crm.opportunity_stage NOT NULL DEFAULT 'Prospecting',
  stage_changed_at timestamptz NOT NULL DEFAULT now(),
  probability numeric(5, 4) CHECK (probability BETWEEN 0 AND 1),
  forecast_category crm.forecast_category,
  close_date date,
  lead_source text,
  description text,
  converted_from_lead_id uuid UNIQUE REFERENCES crm.leads (id) ON DELETE SET NULL,
  custom_fields jsonb NOT NULL DEFAULT '{}',
  source text NOT NULL DEFAULT 'tidemark',
  external_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (source, external_id),
  CONSTRAINT opportunities_closed_has_date
    CHECK (stage NOT IN ('Closed Won', 'Closed Lost') OR close_date IS NOT NULL)
);
COMMENT ON TABLE crm.opportunities IS 'One row per deal.';
COMMENT ON COLUMN crm.opportunities.primary_product_id IS 'What the deal is mainly about; quote lines hold the detail.';
COMMENT ON COLUMN crm.opportunities.probability IS 'From 0 to 1; NULL takes the default of the stage.';
COMMENT ON COLUMN crm.opportunities.close_date IS 'Expected while open, actual once closed: a calendar day, in no time zone.';
COMMENT ON COLUMN crm.opportunities.stage_changed_at IS
  'When the stage was entered. History takes it over; a change of stage that leaves it alone means now.';

CREATE INDEX opportunities_company_id_idx ON crm.opportunities (company_id);
CREATE INDEX opportunities_owner_user_id_idx ON crm.opportunities (owner_user_id, close_date);
CREATE INDEX opportunities_primary_product_id_idx ON crm.opportunities (primary_product_id);
-- Most reads of a rep are of the deals still open, a small share of all.
CREATE INDEX opportunities_open_by_owner_idx ON crm.opportunities (owner_user_id)
  WHERE stage NOT IN ('Closed Won', 'Closed Lost');
CREATE INDEX opportunities_custom_fields_idx ON crm.opportunities USING gin (custom_fields);

CREATE FUNCTION crm.set_stage_changed_at() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  NEW.stage_changed_at := now();
  RETURN NEW;
END
$$;

CREATE TRIGGER set_stage_changed_at BEFORE UPDATE ON crm.opportunities
  FOR EACH ROW
  WHEN (NEW.stage <> OLD.stage AND NEW.stage_changed_at = OLD.stage_changed_at)
  EXECUTE FUNCTION crm.set_stage_changed_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.products FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.opportunities FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();
CREATE TRIGGER check_custom_fields BEFORE INSERT OR UPDATE OF custom_fields ON crm.opportunities
  FOR EACH ROW WHEN (NEW.custom_fields <> '{}') EXECUTE FUNCTION crm.check_custom_fields('opportunities');

CREATE TYPE crm.opportunity_contact_role AS ENUM (
  'Decision Maker', 'Economic Buyer', 'Technical Evaluator', 'Influencer', 'User', 'Other'
);
CREATE TABLE crm.opportunity_contacts (
  opportunity_id uuid NOT NULL REFERENCES crm.opportunities (id) ON DELETE CASCADE,
  contact_id uuid NOT NULL REFERENCES crm.contacts (id) ON DELETE CASCADE,
  role crm.opportunity_contact_role NOT NULL DEFAULT 'Other',
  is_primary boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (opportunity_id, contact_id)
);
COMMENT ON TABLE crm.opportunity_contacts IS 'One row per person who takes part in a deal.';
CREATE INDEX opportunity_contacts_contact_id_idx ON crm.opportunity_contacts (contact_id);
CREATE UNIQUE INDEX opportunity_contacts_primary_key ON crm.opportunity_contacts (opportunity_id) WHERE is_primary;

-- Down Migration

DROP TABLE crm.opportunity_contacts;
DROP TYPE crm.opportunity_contact_role;
DROP TABLE crm.opportunities;
DROP FUNCTION crm.set_stage_changed_at();
DROP TABLE crm.opportunity_stages;
DROP TYPE crm.forecast_category;
DROP TYPE crm.opportunity_outcome;
DROP TYPE crm.opportunity_stage;
DROP TABLE crm.products;
