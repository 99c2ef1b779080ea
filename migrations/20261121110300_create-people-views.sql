-- Up Migration

-- Names and teams as every report shows them. Not a barrier view itself, so that a report that needs no names skips the join.
CREATE VIEW mart.people AS
SELECT
  users.id AS user_id,
  coalesce(nullif(btrim(concat_ws(' ', users.first_name, users.last_name)), ''), '(no name)') AS name,
  users.team_id,
  coalesce(teams.name, '(none)') AS team_name,
  users.is_active,
  users.manager_user_id
FROM crm.users
LEFT JOIN crm.teams ON teams.id = users.team_id;
COMMENT ON VIEW mart.people IS 'One row per person; unique by user_id. What reporting views join for names.';

CREATE VIEW reporting.users WITH (security_barrier) AS
SELECT user_id, name, team_id, team_name, is_active, manager_user_id
FROM mart.people
WHERE (SELECT crm.sees_all_rows(NULL)) OR user_id = ANY ((SELECT crm.visible_user_ids(NULL))::uuid[]);
GRANT SELECT ON reporting.users TO tidemark_reader;

COMMENT ON VIEW reporting.users IS 'One row per person whose rows one may see; unique by user_id. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.users.user_id IS 'Key of the person.';
COMMENT ON COLUMN reporting.users.name IS 'First and last name; (no name) where there is neither.';
COMMENT ON COLUMN reporting.users.team_id IS 'Team that the person is in; NULL: in none.';
COMMENT ON COLUMN reporting.users.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.users.is_active IS 'False: has left, and still owns what they won.';
COMMENT ON COLUMN reporting.users.manager_user_id IS 'Whom the person reports to; NULL: nobody.';
SELECT ops.copy_column_comments('reporting.users', 'mart.people');

CREATE VIEW reporting.teams WITH (security_barrier) AS
SELECT id AS team_id, name
FROM crm.teams
WHERE (SELECT crm.sees_all_rows(NULL))
  OR EXISTS (
    SELECT FROM crm.users
    WHERE users.team_id = teams.id AND users.id = ANY ((SELECT crm.visible_user_ids(NULL))::uuid[])
  );
GRANT SELECT ON reporting.teams TO tidemark_reader;

COMMENT ON VIEW reporting.teams IS 'One row per team of such a person; unique by team_id. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.teams.team_id IS 'Key of the team.';
COMMENT ON COLUMN reporting.teams.name IS 'Name of the team, unique.';

CREATE VIEW reporting.fiscal_periods WITH (security_barrier) AS
SELECT id AS fiscal_period_id, kind::text AS kind, name, fiscal_year, starts_on, ends_on
FROM crm.fiscal_periods;
GRANT SELECT ON reporting.fiscal_periods TO tidemark_reader;

COMMENT ON VIEW reporting.fiscal_periods IS 'One row per fiscal month, quarter or year; unique by fiscal_period_id, and by name.';
COMMENT ON COLUMN reporting.fiscal_periods.fiscal_period_id IS 'Key of the period.';
COMMENT ON COLUMN reporting.fiscal_periods.kind IS 'month, quarter or year; periods of one kind do not overlap.';
COMMENT ON COLUMN reporting.fiscal_periods.name IS 'Name of the period, such as FY2026 Q3.';
COMMENT ON COLUMN reporting.fiscal_periods.fiscal_year IS 'Fiscal year that the period is part of, named after the calendar year in which it ends.';
COMMENT ON COLUMN reporting.fiscal_periods.starts_on IS 'First day, a calendar day in no time zone.';
COMMENT ON COLUMN reporting.fiscal_periods.ends_on IS 'Last day, included.';

CREATE VIEW reporting.quotas WITH (security_barrier) AS
SELECT
  quotas.owner_user_id,
  people.name AS owner_name,
  people.team_id,
  people.team_name,
  quotas.fiscal_period_id,
  periods.kind::text AS period_kind,
  periods.name AS period_name,
  periods.starts_on,
  periods.ends_on,
  quotas.amount,
  quotas.currency
FROM crm.quotas
LEFT JOIN mart.people ON people.user_id = quotas.owner_user_id
LEFT JOIN crm.fiscal_periods AS periods ON periods.id = quotas.fiscal_period_id
WHERE (SELECT crm.sees_all_rows('report:sales'))
  OR quotas.owner_user_id = ANY ((SELECT crm.visible_user_ids('report:sales'))::uuid[]);
GRANT SELECT ON reporting.quotas TO tidemark_reader;

COMMENT ON VIEW reporting.quotas IS
  'What each person is to win. One row per person, fiscal period and currency; unique by owner_user_id, fiscal_period_id, currency.';
COMMENT ON COLUMN reporting.quotas.owner_user_id IS 'Person who is to win it.';
COMMENT ON COLUMN reporting.quotas.owner_name IS 'Name of that person.';
COMMENT ON COLUMN reporting.quotas.team_id IS 'Team that the person is in today; NULL: in none.';
COMMENT ON COLUMN reporting.quotas.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.quotas.fiscal_period_id IS 'Period in which it is to be won.';
COMMENT ON COLUMN reporting.quotas.period_kind IS 'month, quarter or year.';
COMMENT ON COLUMN reporting.quotas.period_name IS 'Name of the period, such as FY2026 Q3.';
COMMENT ON COLUMN reporting.quotas.starts_on IS 'First day of the period.';
COMMENT ON COLUMN reporting.quotas.ends_on IS 'Last day of the period, included.';
COMMENT ON COLUMN reporting.quotas.amount IS 'Quota, in currency.';
COMMENT ON COLUMN reporting.quotas.currency IS 'ISO 4217 code of the amount''s currency.';

-- Down Migration

DROP VIEW reporting.quotas;
DROP VIEW reporting.fiscal_periods;
DROP VIEW reporting.teams;
DROP VIEW reporting.users;
DROP VIEW mart.people;
