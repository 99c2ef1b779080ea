-- A team's quota is what it can win: in hindsight between what it won and a fifth less or more. Within the team it is
-- shared by time in the job alone, so that the skilled stand far above it and others far below.
INSERT INTO crm.quotas (id, owner_user_id, fiscal_period_id, amount, currency, source, external_id, created_at)
WITH quarters AS (
  SELECT periods.id, periods.starts_on, periods.ends_on, row_number() OVER (ORDER BY periods.starts_on) AS k
  FROM crm.fiscal_periods AS periods, demo.parameters
  WHERE kind = 'quarter' AND periods.starts_on >= parameters.starts_on AND periods.starts_on <= today + 100
), won AS (
  SELECT team_n, quarters.k, sum(opportunities.amount) AS amount
  FROM crm.opportunities
  JOIN demo.reps ON reps.id = owner_user_id
  JOIN quarters ON close_date BETWEEN quarters.starts_on AND quarters.ends_on
  CROSS JOIN demo.parameters
  WHERE stage = 'Closed Won' AND opportunities.currency = parameters.currency
  GROUP BY team_n, quarters.k
), finished AS (
  SELECT
    teams.n AS team_n, quarters.k, quarters.id, quarters.starts_on, quarters.ends_on,
    CASE WHEN ends_on < today THEN coalesce(won.amount, 0) END AS amount
  FROM demo.teams
  CROSS JOIN quarters
  CROSS JOIN demo.parameters
  LEFT JOIN won ON won.team_n = teams.n AND won.k = quarters.k
), team_quotas AS (
  -- The running quarter and the next are planned from the year before them.
  SELECT
    finished.*,
    coalesce(
      amount / (0.82 + 0.3 * demo.uniform('attainment', team_n * 100 + k)),
      1.05 * avg(amount) OVER (PARTITION BY team_n ORDER BY k ROWS BETWEEN 4 PRECEDING AND CURRENT ROW)
    ) AS quota
  FROM finished
), seats AS (
  SELECT
    reps.n, reps.id AS rep_id, team_quotas.*,
    CASE WHEN team_quotas.starts_on - reps.starts_on < 90 THEN 0.35 WHEN team_quotas.starts_on - reps.starts_on < 180 THEN 0.7 ELSE 1 END AS weight
  FROM team_quotas
  JOIN demo.reps USING (team_n)
  WHERE reps.starts_on <= team_quotas.starts_on AND (reps.ends_on IS NULL OR reps.ends_on > team_quotas.starts_on + 31)
)
SELECT
  demo.id('quota', n * 100 + k), rep_id, seats.id,
  greatest(round((quota * weight / sum(weight) OVER (PARTITION BY team_n, k))::numeric, -3), 5000),
  currency, 'demo', 'quota-' || n || '-' || k, seats.starts_on::timestamp AT TIME ZONE parameters.zone - interval '10 days'
FROM seats, demo.parameters
ORDER BY k, n;
