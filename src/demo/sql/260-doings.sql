-- Activities as planned: most belong to a deal while it lives, some to a case, the rest to an account.
CREATE UNLOGGED TABLE demo.doings AS
WITH deal_spans AS (
  SELECT
    n, begins_on,
    least(coalesce(max(at::date) FILTER (WHERE is_last AND stage IN ('Closed Won', 'Closed Lost')), today - 1) - begins_on, 150) AS days,
    demo.uniform('busy', n) + 0.3 AS pace
  FROM demo.states
  JOIN demo.deals USING (n)
  CROSS JOIN demo.parameters
  GROUP BY n, begins_on, today
), shared AS (
  SELECT
    deal_spans.*,
    sum(((10 + days) * pace)::numeric) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) / sum(((10 + days) * pace)::numeric) OVER () AS share
  FROM deal_spans
), wanted AS (
  SELECT
    round(activities * 0.72)::integer AS deal_doings,
    round(activities * 0.1)::integer AS case_doings,
    activities - round(activities * 0.82)::integer AS account_doings
  FROM demo.parameters
), counted AS (
  SELECT shared.*, round(deal_doings * share) - lag(round(deal_doings * share), 1, 0) OVER (ORDER BY n) AS doings
  FROM shared, wanted
), for_deals AS (
  SELECT
    row_number() OVER (ORDER BY counted.n, k) AS n, counted.n AS deal_n,
    begins_on + floor((days + 1) * demo.uniform('activity day', counted.n * 1000 + k))::integer AS day
  FROM counted
  CROSS JOIN LATERAL generate_series(1, doings::integer) AS k
), for_cases AS (
  SELECT deal_doings + k AS n, 1 + floor(cases * (k - demo.uniform('activity case', k)) / case_doings)::integer AS case_n
  FROM demo.parameters, wanted, LATERAL generate_series(1, case_doings) AS k
), for_accounts AS (
  SELECT
    deal_doings + case_doings + k AS n,
    (SELECT min(day) FROM demo.days)
      + demo.day_at((k - demo.uniform('activity begins', k)) / account_doings,
        (SELECT array_agg(share_until ORDER BY day) FROM demo.days)) AS day
  FROM wanted
  CROSS JOIN LATERAL generate_series(1, account_doings) AS k
), of_reps AS (
  SELECT for_accounts.n, day, rep_n
  FROM for_accounts
  JOIN (SELECT month, max(slot) AS slots FROM demo.rosters GROUP BY month) AS sizes
    ON month = date_trunc('month', day::timestamp)::date
  JOIN demo.rosters USING (month)
  WHERE slot = 1 + floor(demo.uniform('activity rep', for_accounts.n) * slots)
), all_of_them AS (
  SELECT
    for_deals.n,
    CASE WHEN day > rep_ends_on THEN successor_id ELSE rep_id END AS owner_id,
    demo.office_time(demo.workday(day), demo.uniform('activity hour', for_deals.n), zone) AS at,
    deals.id AS deal_id, NULL::uuid AS case_id, NULL::uuid AS company_id, contact_id
  FROM for_deals
  JOIN demo.deals ON deals.n = deal_n
  JOIN demo.buyers ON buyers.n = deal_n
  UNION ALL
  SELECT
    for_cases.n, agent_id, at + interval '1 hour' * reply * demo.uniform('activity hour', for_cases.n),
    NULL, tickets.id, tickets.company_id, NULL
  FROM for_cases
  JOIN demo.tickets ON tickets.n = case_n
  UNION ALL
  SELECT
    of_reps.n, reps.id, demo.office_time(day, demo.uniform('activity hour', of_reps.n), reps.zone),
    NULL, NULL, accounts.id, contacts.id
  FROM of_reps
  JOIN demo.reps ON reps.n = rep_n
  JOIN (SELECT team_n, count(*) AS seats FROM demo.accounts GROUP BY team_n) AS sizes ON sizes.team_n = reps.team_n
  JOIN demo.accounts
    ON accounts.team_n = reps.team_n AND accounts.seat = 1 + floor(demo.uniform('activity company', of_reps.n) * seats)
  JOIN demo.contacts ON contacts.company_n = accounts.n AND contacts.seat = 1 + of_reps.n % 3
)
SELECT
  n, demo.id('activity', n) AS id, owner_id, deal_id, case_id, company_id, contact_id,
  demo.weighted('activity type', n, ARRAY['Email', 'Call', 'Task', 'Meeting', 'Note'], ARRAY[0.42, 0.68, 0.8, 0.92])::crm.activity_type AS activity_type,
  date_trunc('second', least(at, until_at - interval '1 minute')) AS at
FROM all_of_them, demo.parameters
ORDER BY 9;
ANALYZE demo.doings;
