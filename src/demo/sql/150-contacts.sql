-- Three people at each company, and those who came as leads.
CREATE UNLOGGED TABLE demo.contacts AS
SELECT
  accounts.n AS company_n, (accounts.n - 1) * 3 + k AS n, demo.id('contact', (accounts.n - 1) * 3 + k) AS id,
  demo.pick('first name', (accounts.n - 1) * 3 + k, demo.first_names()) AS first_name,
  demo.pick('last name', (accounts.n - 1) * 3 + k, demo.last_names()) AS last_name,
  k AS seat, NULL::integer AS lead_n
FROM demo.accounts, generate_series(1, 3) AS k
UNION ALL
SELECT company_n, n, contact_id, first_name, last_name, NULL, n
FROM demo.conversions
JOIN demo.deals USING (n);
ANALYZE demo.contacts;

INSERT INTO crm.contacts (
  id, company_id, first_name, last_name, title, email, phone_work, created_by_user_id, owner_user_id,
  converted_from_lead_id, custom_fields, source, external_id, created_at
)
SELECT
  contacts.id, companies.id, contacts.first_name, contacts.last_name,
  CASE WHEN lead_n IS NULL
    THEN demo.pick('title', contacts.n, demo.job_titles())
    ELSE demo.pick('lead title', contacts.n, demo.job_titles())
  END,
  lower(contacts.first_name || '.' || contacts.last_name || '.' || CASE WHEN lead_n IS NULL THEN 'c' ELSE '' END || contacts.n)
    || '@' || demo.mail_host(companies.name),
  '+1 555 ' || to_char(contacts.n % 10000000, 'FM000 0000'),
  coalesce(deals.rep_id, companies.owner_user_id), coalesce(deals.rep_id, companies.owner_user_id),
  conversions.lead_id,
  CASE WHEN contacts.n % 5 = 0 THEN jsonb_build_object('newsletter', contacts.n % 2 = 0) ELSE '{}' END,
  'demo', CASE WHEN lead_n IS NULL THEN 'contact-' ELSE 'lead-contact-' END || contacts.n,
  coalesce(converted_at, date_trunc('second', companies.created_at + interval '1 hour' * demo.uniform('contact since', contacts.n)))
FROM demo.contacts
JOIN demo.accounts ON accounts.n = contacts.company_n
JOIN crm.companies ON companies.id = accounts.id
LEFT JOIN demo.conversions ON conversions.n = lead_n
LEFT JOIN demo.deals ON deals.n = lead_n
ORDER BY contacts.company_n, contacts.n;
