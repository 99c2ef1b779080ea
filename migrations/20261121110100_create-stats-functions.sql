-- Up Migration

CREATE FUNCTION stats.wilson_low(successes bigint, n bigint, z double precision DEFAULT 1.959963984540054)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN n <= 0 OR successes NOT BETWEEN 0 AND n THEN NULL
    WHEN successes = 0 THEN 0
    ELSE (
      2 * successes::double precision + z * z
      - z * sqrt(z * z + 4 * successes::double precision * (n - successes) / n)
    ) / (2 * (n + z * z))
  END
$$;
COMMENT ON FUNCTION stats.wilson_low(bigint, bigint, double precision) IS
  'Lower end of the Wilson score interval of successes out of n, 95 % unless z says otherwise. NULL for n = 0.';

CREATE FUNCTION stats.wilson_high(successes bigint, n bigint, z double precision DEFAULT 1.959963984540054)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE
    WHEN n <= 0 OR successes NOT BETWEEN 0 AND n THEN NULL
    WHEN successes = n THEN 1
    ELSE (
      2 * successes::double precision + z * z
      + z * sqrt(z * z + 4 * successes::double precision * (n - successes) / n)
    ) / (2 * (n + z * z))
  END
$$;
COMMENT ON FUNCTION stats.wilson_high(bigint, bigint, double precision) IS
  'Upper end of the Wilson score interval of successes out of n, 95 % unless z says otherwise. NULL for n = 0.';

CREATE FUNCTION stats.log_gamma(a double precision) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  b double precision := a;
  rising double precision := 1;
BEGIN
  -- Stirling's series is exact to the last digits from 16 on; the recurrence brings smaller numbers there.
  WHILE b < 16 LOOP
    rising := rising * b;
    b := b + 1;
  END LOOP;
  RETURN (b - 0.5) * ln(b) - b + 0.5 * ln(2 * pi())
    + (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / (1680 * b * b)) / (b * b)) / (b * b)) / b
    - ln(rising);
END
$$;
COMMENT ON FUNCTION stats.log_gamma(double precision) IS 'Natural logarithm of the gamma function, for a > 0.';

CREATE FUNCTION stats.log_gamma_density(a double precision, h double precision) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  u double precision := (h - a) / a;
  power double precision := u;
  excess double precision := 0;
BEGIN
  IF a < 16 THEN
    RETURN a * ln(h) - h - stats.log_gamma(a);
  END IF;
  -- For large a the three terms above are huge and cancel. This is the same with the cancelling done on paper;
  -- excess is u - ln(1 + u), by its series where u is small.
  IF abs(u) < 0.1 THEN
    FOR k IN 2 .. 20 LOOP
      power := power * -u;
      EXIT WHEN abs(power) < 1e-30;
      excess := excess - power / k;
    END LOOP;
  ELSE
    excess := u - ln(1 + u);
  END IF;
  RETURN 0.5 * ln(a / (2 * pi())) - a * excess
    - (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / (1680 * a * a)) / (a * a)) / (a * a)) / a;
END
$$;
COMMENT ON FUNCTION stats.log_gamma_density(double precision, double precision) IS
  'ln(h^a e^-h / gamma(a)), the factor that the incomplete gamma functions share.';

CREATE FUNCTION stats.chi_square_p(statistic double precision, df integer) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  a double precision := df / 2.0;
  h double precision;
  term double precision;
  total double precision;
  step double precision := 0;
  b double precision;
  c double precision;
  d double precision;
  delta double precision;
  log_p double precision;
BEGIN
  IF df < 1 OR statistic = 'NaN' THEN
    RETURN NULL;
  ELSIF statistic < 1e-200 THEN
    RETURN 1;
  ELSIF statistic = 'Infinity' THEN
    RETURN 0;
  END IF;
  h := statistic / 2;

  IF h < a + 1 THEN
    -- The series of the lower tail converges fast here, and the upper tail is no small difference.
    term := 1 / a;
    total := term;
    LOOP
      step := step + 1;
      EXIT WHEN h / (a + step) < 1e-17 * total / term;
      term := term * (h / (a + step));
      total := total + term;
    END LOOP;
    RETURN 1 - exp(greatest(stats.log_gamma_density(a, h) + ln(total), -700));
  END IF;

  -- The continued fraction of the upper tail (Lentz's method) keeps every digit however small the tail is.
  b := h + 1 - a;
  c := 1e300;
  d := 1 / b;
  total := d;
  LOOP
    step := step + 1;
    b := b + 2;
    d := 1 / (b - step * (step - a) * d);
    c := b - step * (step - a) / c;
    delta := c * d;
    total := total * delta;
    EXIT WHEN abs(delta - 1) < 1e-15;
  END LOOP;
  log_p := stats.log_gamma_density(a, h) + ln(total);
  -- Below the smallest number of this type PostgreSQL reports an underflow; the answer is 0.
  RETURN CASE WHEN log_p < -745 THEN 0 ELSE exp(log_p) END;
END
$$;
COMMENT ON FUNCTION stats.chi_square_p(double precision, integer) IS
  'Chance of a chi-square statistic at least this large with df degrees of freedom. NULL for df below 1.';

CREATE FUNCTION stats.normal_two_sided_p(z double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog, pg_temp
AS $$
  -- The square of a standard normal number is chi-square with one degree of freedom.
  SELECT stats.chi_square_p(least(abs(z), 1e6) ^ 2, 1)
$$;
COMMENT ON FUNCTION stats.normal_two_sided_p(double precision) IS
  'Chance of a standard normal number at least as far from 0 as z, on either side.';

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA stats TO tidemark_reader;

-- Down Migration

DROP FUNCTION stats.normal_two_sided_p(double precision);
DROP FUNCTION stats.chi_square_p(double precision, integer);
DROP FUNCTION stats.log_gamma_density(double precision, double precision);
DROP FUNCTION stats.log_gamma(double precision);
DROP FUNCTION stats.wilson_high(bigint, bigint, double precision);
DROP FUNCTION stats.wilson_low(bigint, bigint, double precision);
