-- $1 scale, $2 seed, $3 today or NULL.
-- A company a hundred times as big sells more per head: people grow with scale ^ 0.75.
WITH given AS (
  SELECT
    $1::double precision AS scale,
    greatest(round(50 * ($1::double precision) ^ 0.75), 6)::integer AS reps,
    coalesce($3::date, (now() AT TIME ZONE ops.business_time_zone())::date) AS today
)
INSERT INTO demo.parameters (
  scale, seed, today, currency, until_at, starts_on,
  companies, deals, conversations, activities, cases, leads, reps, teams, agents
)
SELECT
  scale, $2::bigint, today,
  (SELECT value FROM ops.settings WHERE key = 'currency'),
  today::timestamp AT TIME ZONE ops.business_time_zone(),
  (today - interval '3 years')::date,
  greatest(round(500 * scale), 20),
  greatest(round(5000 * scale), 50),
  round(20000 * scale),
  round(40000 * scale),
  round(2000 * scale),
  round(4000 * scale),
  reps,
  greatest(round(reps / 8.4), 2),
  greatest(round(6 * scale ^ 0.75), 3)
FROM given
