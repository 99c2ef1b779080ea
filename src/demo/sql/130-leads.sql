-- Leads that became deals, at the age they had; a company whose first deal was one came into being with it.
CREATE UNLOGGED TABLE demo.conversions AS
WITH ranked AS (
  SELECT n, from_lead, row_number() OVER (PARTITION BY company_n ORDER BY n) = 1 AS is_first
  FROM demo.deals
)
SELECT
  n, demo.id('lead', n) AS lead_id, demo.id('lead contact', n) AS contact_id, is_first,
  at AS converted_at,
  -- Half within three weeks, nearly all within ninety days.
  date_trunc('second', at - interval '1 day' * (0.5 - 27 * ln(1 - demo.uniform('lead age', n)))) AS created_at,
  demo.pick('lead first name', n, demo.first_names()) AS first_name,
  demo.pick('lead last name', n, demo.last_names()) AS last_name
FROM ranked
JOIN demo.states USING (n)
WHERE from_lead AND step = 1;
ANALYZE demo.conversions;

CREATE FUNCTION demo.mail_host(company_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT lower(replace(company_name, ' ', '-')) || '.example' $$;

CREATE FUNCTION demo.job_titles() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[
  'Head of Operations', 'Chief Financial Officer', 'Sales Operations Manager', 'Controller', 'Head of Data', 'IT Manager',
  'Procurement Lead', 'Managing Director', 'Analyst', 'Product Owner', 'Head of Customer Success', 'Engineer'] $$;

INSERT INTO crm.leads (
  id, status, lead_source, company_name, first_name, last_name, title, email, phone, industry, owner_user_id,
  converted_at, source, external_id, created_at
)
SELECT
  lead_id, 'Converted', lead_source, accounts.name, first_name, last_name,
  demo.pick('lead title', conversions.n, demo.job_titles()),
  lower(first_name || '.' || last_name || '.' || conversions.n) || '@' || demo.mail_host(accounts.name),
  '+1 555 ' || to_char(conversions.n % 10000000, 'FM000 0000'),
  industry, deals.rep_id, converted_at, 'demo', 'lead-' || conversions.n, conversions.created_at
FROM demo.conversions
JOIN demo.deals USING (n)
JOIN demo.accounts USING (team_n, seat)
ORDER BY conversions.n;

-- Reps pick up leads as they pick up deals; the oldest have all been decided.
WITH unconverted AS (
  SELECT
    deals + k AS n,
    (SELECT min(day) FROM demo.days)
      + demo.day_at((k - demo.uniform('lead begins', k)) / wanted, (SELECT array_agg(share_until ORDER BY day) FROM demo.days)) AS day
  FROM demo.parameters
  CROSS JOIN LATERAL (SELECT greatest(leads - count(*), 0) AS wanted FROM demo.conversions) AS rest
  CROSS JOIN LATERAL generate_series(1, wanted) AS k
), owned AS (
  SELECT
    unconverted.*, reps.id AS rep_id, reps.zone, today - day AS age,
    demo.pick('lead first name', unconverted.n, demo.first_names()) AS first_name,
    demo.pick('lead last name', unconverted.n, demo.last_names()) AS last_name,
    demo.pick('lead head', unconverted.n, demo.company_heads()) || demo.pick('lead tail', unconverted.n, demo.company_tails()) || ' '
      || demo.pick('lead kind', unconverted.n, demo.company_kinds()) AS company_name
  FROM unconverted
  JOIN (SELECT month, max(slot) AS slots FROM demo.rosters GROUP BY month) AS sizes
    ON month = date_trunc('month', day::timestamp)::date
  JOIN demo.rosters USING (month)
  JOIN demo.reps ON reps.n = rep_n
  CROSS JOIN demo.parameters
  WHERE slot = 1 + floor(demo.uniform('lead rep', unconverted.n) * slots)
)
INSERT INTO crm.leads (
  id, status, lead_source, company_name, first_name, last_name, title, email, phone, industry, owner_user_id,
  source, external_id, created_at
)
SELECT
  demo.id('lead', n),
  demo.weighted('lead status', n, ARRAY['Unqualified', 'Working', 'Qualified', 'New'],
    CASE WHEN age > 120 THEN ARRAY[0.93, 0.96, 0.99] WHEN age > 30 THEN ARRAY[0.6, 0.85, 0.95] ELSE ARRAY[0.15, 0.5, 0.65] END)::crm.lead_status,
  demo.weighted('cold source', n,
    ARRAY['Web', 'Advertising', 'Event', 'Partner', 'Referral', 'unknown', '', NULL],
    ARRAY[0.38, 0.66, 0.80, 0.86, 0.91, 0.95, 0.98]),
  company_name, first_name, last_name,
  demo.pick('lead title', n, demo.job_titles()),
  lower(first_name || '.' || last_name || '.' || n) || '@' || demo.mail_host(company_name),
  '+1 555 ' || to_char(n % 10000000, 'FM000 0000'),
  demo.pick('lead industry', n, ARRAY['Software', 'Manufacturing', 'Healthcare', 'Retail', 'Logistics', NULL]),
  rep_id, 'demo', 'lead-' || n,
  demo.office_time(day, demo.uniform('lead hour', n), zone)
FROM owned
ORDER BY n;
