-- Up Migration

CREATE TYPE crm.fiscal_period_kind AS ENUM ('month', 'quarter', 'year');

CREATE TABLE crm.fiscal_periods (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind crm.fiscal_period_kind NOT NULL,
  name text NOT NULL UNIQUE,
  fiscal_year integer NOT NULL,
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK (ends_on >= starts_on)
);
COMMENT ON TABLE crm.fiscal_periods IS
  'One row per fiscal month, quarter or year, last day included. Rows of one''s own (4-4-5, say) stand beside generated ones.';
-- Periods of one kind never overlap; one constraint per kind needs no extension for equality.
ALTER TABLE crm.fiscal_periods
  ADD CONSTRAINT fiscal_months_apart EXCLUDE USING gist (daterange(starts_on, ends_on, '[]') WITH &&) WHERE (kind = 'month'),
  ADD CONSTRAINT fiscal_quarters_apart EXCLUDE USING gist (daterange(starts_on, ends_on, '[]') WITH &&) WHERE (kind = 'quarter'),
  ADD CONSTRAINT fiscal_years_apart EXCLUDE USING gist (daterange(starts_on, ends_on, '[]') WITH &&) WHERE (kind = 'year');

CREATE FUNCTION crm.generate_fiscal_periods(first_month integer, from_year integer, to_year integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  made integer;
BEGIN
  WITH wanted AS (
    SELECT
      span.kind,
      fiscal_year,
      span.number,
      -- A fiscal year is named after the calendar year in which it ends.
      (make_date(fiscal_year - (first_month > 1)::integer, first_month, 1)
        + (span.number - 1) * span.length)::date AS starts_on,
      (make_date(fiscal_year - (first_month > 1)::integer, first_month, 1)
        + span.number * span.length - interval '1 day')::date AS ends_on
    FROM generate_series(from_year, to_year) AS fiscal_year
    CROSS JOIN LATERAL (
      SELECT 'month'::crm.fiscal_period_kind, number, interval '1 month' FROM generate_series(1, 12) AS number
      UNION ALL
      SELECT 'quarter', number, interval '3 months' FROM generate_series(1, 4) AS number
      UNION ALL
      SELECT 'year', 1, interval '1 year'
    ) AS span (kind, number, length)
  )
  INSERT INTO crm.fiscal_periods (kind, name, fiscal_year, starts_on, ends_on)
  SELECT
    kind,
    'FY' || fiscal_year || CASE kind
      WHEN 'month' THEN to_char(number, '" M"FM00')
      WHEN 'quarter' THEN ' Q' || number
      ELSE ''
    END,
    fiscal_year, starts_on, ends_on
  FROM wanted
  -- Periods that are there already, generated or of one's own, keep their days.
  WHERE NOT EXISTS (
    SELECT FROM crm.fiscal_periods AS existing
    WHERE existing.kind = wanted.kind
      AND daterange(existing.starts_on, existing.ends_on, '[]') && daterange(wanted.starts_on, wanted.ends_on, '[]')
  );
  GET DIAGNOSTICS made = ROW_COUNT;
  RETURN made;
END
$$;
COMMENT ON FUNCTION crm.generate_fiscal_periods(integer, integer, integer) IS
  'Fills the fiscal calendar with calendar-month periods where it has none yet; returns how many were missing.';

CREATE TABLE crm.quotas (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  owner_user_id uuid NOT NULL REFERENCES crm.users (id) ON DELETE CASCADE,
  fiscal_period_id uuid NOT NULL REFERENCES crm.fiscal_periods (id) ON DELETE RESTRICT,
  amount numeric(19, 4) NOT NULL CHECK (amount >= 0),
  currency text NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),
  source text NOT NULL DEFAULT 'tidemark',
  external_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (owner_user_id, fiscal_period_id, currency),
  UNIQUE (source, external_id)
);
COMMENT ON TABLE crm.quotas IS 'One row per person, fiscal period and currency: what they are to win.';
CREATE INDEX quotas_fiscal_period_id_idx ON crm.quotas (fiscal_period_id);

CREATE TABLE crm.exchange_rates (
  from_currency text NOT NULL CHECK (from_currency ~ '^[A-Z]{3}$'),
  to_currency text NOT NULL CHECK (to_currency ~ '^[A-Z]{3}$'),
  valid_from_on date NOT NULL,
  rate numeric(20, 10) NOT NULL CHECK (rate > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (from_currency, to_currency, valid_from_on),
  CHECK (from_currency <> to_currency)
);
COMMENT ON TABLE crm.exchange_rates IS
  'One row per pair of currencies and day on which a rate comes into force; it holds until the next. amount × rate = amount in to_currency.';

CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.fiscal_periods FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.quotas FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();
CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.exchange_rates FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();

-- Down Migration

DROP TABLE crm.exchange_rates;
DROP TABLE crm.quotas;
DROP FUNCTION crm.generate_fiscal_periods(integer, integer, integer);
DROP TABLE crm.fiscal_periods;
DROP TYPE crm.fiscal_period_kind;
