-- Up Migration

CREATE TYPE crm.quote_status AS ENUM ('Draft', 'Sent', 'Accepted', 'Declined', 'Expired');

CREATE TABLE crm.quotes (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  opportunity_id uuid NOT NULL REFERENCES crm.opportunities (id) ON DELETE CASCADE,
  status crm.quote_status NOT NULL DEFAULT 'Draft',
  currency text NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),
  valid_until date,
  source text NOT NULL DEFAULT 'tidemark',
  external_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (source, external_id)
);
COMMENT ON TABLE crm.quotes IS 'One row per offer for a deal.';
CREATE INDEX quotes_opportunity_id_idx ON crm.quotes (opportunity_id);

CREATE TABLE crm.quote_line_items (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  quote_id uuid NOT NULL REFERENCES crm.quotes (id) ON DELETE CASCADE,
  product_id uuid NOT NULL REFERENCES crm.products (id) ON DELETE RESTRICT,
  quantity numeric(12, 3) NOT NULL CHECK (quantity > 0),
  unit_price numeric(19, 4) NOT NULL,
  discount_rate numeric(5, 4) NOT NULL DEFAULT 0 CHECK (discount_rate BETWEEN 0 AND 1),
  line_amount numeric(19, 4) GENERATED ALWAYS AS (round(quantity * unit_price * (1 - discount_rate), 4)) STORED,
  source text NOT NULL DEFAULT 'tidemark',
  external_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (source, external_id)
);
COMMENT ON TABLE crm.quote_line_items IS 'One row per product on a quote, in the quote''s currency.';
CREATE INDEX quote_line_items_quote_id_idx ON crm.quote_line_items (quote_id);
CREATE INDEX quote_line_items_product_id_idx ON crm.quote_line_items (product_id);

CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.quotes FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.quote_line_items FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();

-- Down Migration

DROP TABLE crm.quote_line_items;
DROP TABLE crm.quotes;
DROP TYPE crm.quote_status;
