-- Cases as planned, hours counted from their creation: first reply by priority, some pending, one in ten reopened.
CREATE UNLOGGED TABLE demo.tickets AS
WITH opened AS (
  SELECT
    n, demo.id('case', n) AS id, 1 + n % agents AS agent_n,
    1 + floor(companies * demo.uniform('case company', n) ^ 1.2)::integer AS company_n,
    demo.weighted('priority', n, ARRAY['Low', 'Medium', 'High', 'Urgent'], ARRAY[0.25, 0.75, 0.94]) AS priority,
    (SELECT min(day) FROM demo.days)
      + demo.day_at((n - demo.uniform('case begins', n)) / cases, (SELECT array_agg(share_until ORDER BY day) FROM demo.days)) AS day
  FROM demo.parameters, generate_series(1, cases) AS n
)
SELECT
  opened.n, opened.id, agent_n, company_n, accounts.id AS company_id, priority::crm.case_priority AS priority,
  demo.id('agent', agent_n) AS agent_id,
  demo.office_time(day, demo.uniform('case hour', opened.n), zone) AS at,
  CASE priority WHEN 'Urgent' THEN 0.7 WHEN 'High' THEN 2.5 WHEN 'Medium' THEN 6 ELSE 15 END
    * exp(0.9 * demo.normal('reply', opened.n)) AS reply,
  CASE priority WHEN 'Urgent' THEN 9 WHEN 'High' THEN 24 WHEN 'Medium' THEN 44 ELSE 80 END
    * exp(0.8 * demo.normal('solve', opened.n)) AS work,
  demo.uniform('unanswered', opened.n) < 0.015 AS is_unanswered,
  demo.uniform('pending', opened.n) < 0.4 AS is_pending,
  demo.uniform('reopens', opened.n) < 0.1 AS is_reopened
FROM opened
JOIN demo.accounts ON accounts.n = company_n;
ANALYZE demo.tickets;

CREATE UNLOGGED TABLE demo.ticket_steps AS
WITH steps AS (
  SELECT
    tickets.n, rank, event, to_status::crm.case_status AS to_status,
    date_trunc('milliseconds', tickets.at + interval '1 hour' * hours) AS at
  FROM demo.tickets
  CROSS JOIN LATERAL (VALUES
    (1, 'Status Change', 'New', 0, true),
    (2, 'Status Change', 'Open', 0.6 * reply, NOT is_unanswered),
    (3, 'Public Reply', NULL, reply, NOT is_unanswered),
    (4, 'Internal Note', NULL, reply + 0.3 * work, NOT is_unanswered AND n % 5 < 2),
    (5, 'Status Change', 'Pending', reply + 0.4 * work, NOT is_unanswered AND is_pending),
    (6, 'Public Reply', NULL, reply + 0.7 * work, NOT is_unanswered AND n % 3 < 2),
    (7, 'Status Change', 'Open', reply + 0.8 * work, NOT is_unanswered AND is_pending),
    (8, 'Status Change', 'Resolved', reply + work, NOT is_unanswered),
    (9, 'Status Change', 'Open', reply + work + 20 + 70 * demo.uniform('again', n), NOT is_unanswered AND is_reopened),
    (10, 'Public Reply', NULL, 1.2 * reply + work + 92, NOT is_unanswered AND is_reopened),
    (11, 'Status Change', 'Resolved', 1.2 * reply + 1.4 * work + 92, NOT is_unanswered AND is_reopened),
    (12, 'Status Change', 'Closed', 1.2 * reply + 1.4 * work + 212, NOT is_unanswered)
  ) AS step (rank, event, to_status, hours, happens)
  WHERE happens
)
SELECT
  steps.*,
  lag(to_status) OVER (PARTITION BY n, event ORDER BY rank) AS from_status
FROM steps, demo.parameters
WHERE at < until_at;
ANALYZE demo.ticket_steps;
