-- Chance that is the same on every run: a hash of seed, salt and row number instead of random(), whose answers
-- depend on the order of the rows. All of these are inlined, so the salts become constants.
DO $do$
BEGIN
  EXECUTE format($sql$
    CREATE FUNCTION demo.uniform(salt text, n bigint) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT (hashint8extended(n, hashtextextended(salt, %1$s)) & 4503599627370495) / 4503599627370496::double precision $$;

    CREATE FUNCTION demo.id(entity text, n bigint) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT md5(%2$L || entity || n)::uuid $$
  $sql$, seed, seed || ' ')
  FROM demo.parameters;
END
$do$;

CREATE FUNCTION demo.normal(salt text, n bigint) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT sqrt(-2 * ln(1 - demo.uniform(salt || ' radius', n))) * cos(2 * pi() * demo.uniform(salt || ' angle', n)) $$;

CREATE FUNCTION demo.pick(salt text, n bigint, choices text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT choices[1 + floor(demo.uniform(salt, n) * cardinality(choices))::integer] $$;

-- limits are the cumulative shares of all choices but the last.
CREATE FUNCTION demo.weighted(salt text, n bigint, choices text[], limits double precision[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT choices[1 + width_bucket(demo.uniform(salt, n), limits)] $$;

CREATE FUNCTION demo.logistic(x double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT 1 / (1 + exp(-x)) $$;

CREATE FUNCTION demo.clamp(x double precision, low double precision, high double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT least(greatest(x, low), high) $$;
