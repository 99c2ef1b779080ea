-- Reps, their managers, area directors where there are more than ten teams, and one director on top.
CREATE UNLOGGED TABLE demo.teams AS
SELECT
  n,
  demo.id('team', n) AS id,
  -- Small, mid-market and enterprise: 0, 1, 2.
  (ARRAY[2, 1, 1, 0, 2, 0])[1 + (n - 1) % 6] AS segment,
  (ARRAY['Enterprise Americas', 'Mid-Market East', 'Mid-Market EMEA', 'Small Business', 'Enterprise EMEA', 'Asia Pacific'])
    [1 + (n - 1) % 6] || CASE WHEN n > 6 THEN ' ' || 1 + (n - 1) / 6 ELSE '' END AS name,
  (ARRAY['America/Chicago', 'America/New_York', 'Europe/Berlin', 'America/Los_Angeles', 'Europe/London', 'Asia/Singapore'])
    [1 + (n - 1) % 6] AS zone,
  (n - 1) / 10 + 1 AS area
FROM demo.parameters, generate_series(1, teams) AS n;

CREATE UNLOGGED TABLE demo.reps AS
WITH placed AS (
  SELECT n, 1 + (n - 1) % teams AS team_n, 1 + (n - 1) / teams AS seat
  FROM demo.parameters, generate_series(1, reps) AS n
), careers AS (
  SELECT
    placed.*,
    demo.normal('skill', n) AS skill,
    -- The first seat of a team is always taken: it inherits the deals of those who leave.
    CASE
      WHEN seat = 1 OR demo.uniform('veteran', n) < 0.5 THEN starts_on - 100 - floor(900 * demo.uniform('tenure', n))::integer
      ELSE starts_on + floor(1000 * demo.uniform('start', n))::integer
    END AS starts_on,
    CASE WHEN seat > 1 AND demo.uniform('leaver', n) < 0.14
      THEN starts_on + 500 + floor(560 * demo.uniform('leave', n))::integer
    END AS ends_on
  FROM placed, demo.parameters
)
SELECT
  careers.n, demo.id('rep', careers.n) AS id, team_n, careers.starts_on, skill,
  CASE WHEN ends_on - careers.starts_on > 200 THEN demo.workday(ends_on) END AS ends_on,
  teams.zone, teams.segment, demo.id('rep', team_n) AS successor_id
FROM careers
JOIN demo.teams ON teams.n = team_n;

INSERT INTO crm.teams (id, name, source, external_id, created_at)
SELECT teams.id, name, 'demo', 'team-' || n, (starts_on - 1000)::timestamp AT TIME ZONE parameters.zone
FROM demo.teams, demo.parameters;

CREATE UNLOGGED TABLE demo.people AS
SELECT 0 AS n, 'director' AS job, demo.id('director', 0) AS id, NULL::uuid AS manager_id, NULL::uuid AS team_id, NULL::date AS ends_on
UNION ALL
SELECT DISTINCT area, 'area', demo.id('area', area), demo.id('director', 0), NULL::uuid, NULL::date
FROM demo.teams, demo.parameters WHERE parameters.teams > 10
UNION ALL
SELECT n, 'manager', demo.id('manager', n),
  CASE WHEN parameters.teams > 10 THEN demo.id('area', area) ELSE demo.id('director', 0) END, teams.id, NULL
FROM demo.teams, demo.parameters
UNION ALL
SELECT reps.n, 'rep', reps.id, demo.id('manager', team_n), teams.id, ends_on
FROM demo.reps JOIN demo.teams ON teams.n = team_n
UNION ALL
SELECT 0, 'support', demo.id('support', 0), NULL, NULL, NULL
UNION ALL
SELECT n, 'agent', demo.id('agent', n), demo.id('support', 0), NULL, NULL
FROM demo.parameters, generate_series(1, agents) AS n
UNION ALL
SELECT n, 'finance', demo.id('finance', n), NULL, NULL, NULL
FROM generate_series(1, 3) AS n;

WITH numbered AS (
  SELECT people.*, row_number() OVER (ORDER BY job, n) AS k
  FROM demo.people
), named AS (
  SELECT
    numbered.*,
    -- 47 first and 53 last names: the pairs repeat only after all 2,491 of them.
    (demo.first_names())[1 + (k * 29) % 47] AS first_name,
    (demo.last_names())[1 + (k * 31) % 53] AS last_name,
    k / 2491 AS repetition
  FROM numbered
)
INSERT INTO crm.users (id, email, first_name, last_name, team_id, manager_user_id, is_active, source, external_id, created_at)
SELECT
  named.id,
  lower(first_name || '.' || last_name) || coalesce('.' || nullif(repetition, 0), '') || '@example.com',
  first_name, last_name, team_id, manager_id,
  ends_on IS NULL OR ends_on >= today,
  'demo', job || '-' || n,
  (coalesce((SELECT reps.starts_on FROM demo.reps WHERE reps.id = named.id), parameters.starts_on - 1000) + time '09:00') AT TIME ZONE zone
FROM named, demo.parameters;

INSERT INTO crm.user_roles (user_id, role_id)
SELECT people.id, roles.id
FROM demo.people
JOIN crm.roles ON roles.role_name = CASE job
  WHEN 'rep' THEN 'Sales Representative'
  WHEN 'finance' THEN 'Finance'
  WHEN 'support' THEN 'Support Manager'
  WHEN 'agent' THEN NULL
  ELSE 'Sales Manager'
END;
ANALYZE demo.reps;
ANALYZE demo.people;
