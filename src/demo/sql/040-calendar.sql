-- A weekend becomes the Friday before it, which keeps days in order.
CREATE FUNCTION demo.workday(day date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT day - greatest(extract(isodow FROM day)::integer - 5, 0) $$;

CREATE FUNCTION demo.quarter_end(day date) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT (date_trunc('quarter', day::timestamp) + interval '3 months - 1 day')::date $$;

-- part: 0 is the opening of the office, 1 the end of its day.
CREATE FUNCTION demo.office_time(day date, part double precision, zone text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT date_trunc('second', day + interval '8 hours 30 minutes' + part * interval '9 hours') AT TIME ZONE zone $$;

-- How much begins on each day: growth, the seasons, the week, and a quiet end of the year.
-- It ends two days ago, so that even the latest hour of the westernmost office lies in the past.
CREATE UNLOGGED TABLE demo.days AS
WITH weighted AS (
  SELECT
    day::date AS day,
    1.22 ^ ((day::date - starts_on) / 365.0)
      * (ARRAY[1.05, 1.0, 1.1, 0.95, 1.0, 1.05, 0.85, 0.65, 1.1, 1.15, 1.05, 0.8])[extract(month FROM day)::integer]
      * (ARRAY[1.05, 1.15, 1.1, 1.0, 0.8, 0.01, 0.01])[extract(isodow FROM day)::integer]
      * CASE WHEN to_char(day, 'MMDD') >= '1222' OR to_char(day, 'MMDD') <= '0102' THEN 0.2 ELSE 1 END AS weight
  FROM demo.parameters, generate_series(starts_on::timestamp, today - interval '2 days', interval '1 day') AS day
)
SELECT
  day,
  (sum(weight) OVER (ORDER BY day) / sum(weight) OVER ())::double precision AS share_until
FROM weighted;

-- The day before which a share of everything has begun. Row n of many asks for (n − chance) / many, so that
-- numbers rise with time and tables are filled in the order of their keys.
CREATE FUNCTION demo.day_at(share double precision, shares double precision[]) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT least(width_bucket(share, shares), cardinality(shares) - 1) $$;
