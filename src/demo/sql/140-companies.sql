INSERT INTO crm.companies (
  id, name, industry, website, phone_office, employee_count, annual_revenue_amount, founded_year,
  address_city, address_country, parent_company_id, owner_user_id, converted_from_lead_id,
  custom_fields, source, external_id, created_at
)
WITH firsts AS (
  SELECT company_n, min(n) AS n FROM demo.deals GROUP BY company_n
), begun AS (
  SELECT company_n, conversions.lead_id, states.at, coalesce(lead_id IS NOT NULL, false) AS from_lead
  FROM firsts
  JOIN demo.states ON states.n = firsts.n AND step = 1
  LEFT JOIN demo.conversions ON conversions.n = firsts.n
)
SELECT
  accounts.id, accounts.name, industry,
  'https://www.' || demo.mail_host(accounts.name),
  '+1 555 ' || to_char(accounts.n % 10000000, 'FM000 0000'),
  greatest(round(employees), 3)::integer,
  round((employees * 1000 * (120 + 80 * demo.uniform('revenue', accounts.n)))::numeric, -3),
  extract(year FROM parameters.starts_on)::integer - 2 - floor(90 * demo.uniform('founded', accounts.n) ^ 2)::integer,
  CASE country
    WHEN 'United States' THEN demo.pick('city', accounts.n, ARRAY['Chicago', 'New York', 'Denver', 'Austin', 'Seattle', 'Atlanta'])
    WHEN 'Canada' THEN 'Toronto' WHEN 'Mexico' THEN 'Monterrey' WHEN 'Germany' THEN 'Hamburg'
    WHEN 'United Kingdom' THEN 'Leeds' WHEN 'France' THEN 'Lyon' WHEN 'Netherlands' THEN 'Utrecht'
    WHEN 'Singapore' THEN 'Singapore' WHEN 'Japan' THEN 'Osaka' WHEN 'Australia' THEN 'Melbourne' ELSE 'Pune'
  END,
  country,
  -- One in fifteen belongs to the first company of its team.
  CASE WHEN seat > 1 AND accounts.n % 15 = 0 THEN demo.id('company', accounts.team_n) END,
  reps.id, begun.lead_id,
  jsonb_build_object(
    'tier', CASE WHEN size > 1.3 THEN 'A' WHEN size > 0.8 THEN 'B' ELSE 'C' END,
    'region', CASE WHEN accounts.zone LIKE 'Asia%' THEN 'Asia Pacific' WHEN accounts.zone LIKE 'Europe%' THEN 'EMEA' ELSE 'Americas' END)
    || CASE WHEN accounts.n % 3 = 0 THEN jsonb_build_object('renewal_month', 1 + accounts.n % 12) ELSE '{}' END,
  'demo', 'company-' || accounts.n,
  CASE
    WHEN begun.from_lead THEN begun.at
    ELSE date_trunc('second', coalesce(begun.at, parameters.starts_on::timestamp AT TIME ZONE parameters.zone)
      - interval '1 day' * (1 + 120 * demo.uniform('known since', accounts.n)))
  END
FROM demo.accounts
CROSS JOIN demo.parameters
JOIN demo.reps ON reps.n = accounts.team_n
LEFT JOIN begun ON begun.company_n = accounts.n
ORDER BY accounts.n;
