-- Up Migration

-- Quotas of the people whose rows a viewer sees are joined to these people: compared with a list of them, every quota was compared
-- with each.

CREATE OR REPLACE VIEW reporting.quotas WITH (security_barrier) AS
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
  quotas.currency,
  -- A second before, the day before has not ended yet: right also where clocks go forward or back at midnight.
  ((periods.starts_on::timestamp - interval '1 second') AT TIME ZONE (SELECT ops.business_time_zone())) + interval '1 second' AS starts_at
FROM (
  SELECT owner_user_id, fiscal_period_id, amount, currency
  FROM crm.quotas
  WHERE (SELECT crm.sees_all_rows('report:sales'))
  UNION ALL
  SELECT quotas.owner_user_id, quotas.fiscal_period_id, quotas.amount, quotas.currency
  FROM (SELECT DISTINCT unnest((SELECT crm.visible_user_ids('report:sales'))::uuid[]) AS user_id) AS visible
  JOIN crm.quotas ON quotas.owner_user_id = visible.user_id
  WHERE NOT (SELECT crm.sees_all_rows('report:sales'))
) AS quotas
LEFT JOIN mart.people ON people.user_id = quotas.owner_user_id
LEFT JOIN crm.fiscal_periods AS periods ON periods.id = quotas.fiscal_period_id;

-- Down Migration

CREATE OR REPLACE VIEW reporting.quotas WITH (security_barrier) AS
SELECT
  owner_user_id,
  owner_name,
  team_id,
  team_name,
  fiscal_period_id,
  period_kind,
  period_name,
  starts_on,
  ends_on,
  amount,
  currency,
  ((starts_on::timestamp - interval '1 second') AT TIME ZONE (SELECT ops.business_time_zone())) + interval '1 second' AS starts_at
FROM (
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
    OR quotas.owner_user_id = ANY ((SELECT crm.visible_user_ids('report:sales'))::uuid[])
) AS suited;
