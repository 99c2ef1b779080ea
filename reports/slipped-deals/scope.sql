-- Deals that slipped out of the period, or were pushed in it.
WITH
-- include: ../shared/slipped.sql
,
-- include: ../shared/slipped-deals.sql
,
-- include: ../shared/pushed.sql
, pushed_deals AS (
  SELECT
    opportunity_id,
    max(opportunity_name) AS opportunity_name,
    max(company_name) AS company_name,
    (array_agg(owner_user_id ORDER BY valid_from DESC))[1] AS owner_user_id,
    (array_agg(amount ORDER BY valid_from DESC))[1] AS amount,
    (array_agg(previous_close_on ORDER BY valid_from))[1] AS was_due_on,
    count(*) AS push_count
  FROM pushed
  GROUP BY opportunity_id
),
scope AS (
  SELECT * FROM slipped_deals WHERE :moved = 'slipped'
  UNION ALL
  SELECT
    pushed_deals.opportunity_id,
    pushed_deals.opportunity_name,
    pushed_deals.company_name,
    pushed_deals.owner_user_id,
    coalesce(people.name, '(none)'),
    coalesce(people.team_name, '(none)'),
    :currency,
    pushed_deals.amount,
    pushed_deals.was_due_on,
    present.close_on,
    present.close_on - pushed_deals.was_due_on,
    pushed_deals.push_count,
    present.amount,
    present.stage,
    present.status
  FROM pushed_deals
  LEFT JOIN reporting.users AS people ON people.user_id = pushed_deals.owner_user_id
  LEFT JOIN LATERAL (
    SELECT *
    FROM reporting.pipeline_history AS states
    WHERE states.opportunity_id = pushed_deals.opportunity_id AND valid_until IS NULL
    OFFSET 0
  ) AS present ON true
  WHERE :moved = 'pushed'
)
