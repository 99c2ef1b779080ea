-- Companies as planned; they are written when it is known which of them began as leads.
CREATE UNLOGGED TABLE demo.accounts AS
WITH placed AS (
  SELECT
    n,
    1 + (n - 1) % teams AS team_n,
    1 + (n - 1) / teams AS seat,
    -- A permutation of all 42,253 names; 15,401 has no divisor in common with their number.
    (n::bigint * 15401 % 42253)::integer AS name_n,
    n / 42253 AS name_round
  FROM demo.parameters, generate_series(1, companies) AS n
)
SELECT
  placed.n, demo.id('company', placed.n) AS id, team_n, seat, teams.segment, teams.zone,
  (demo.company_heads())[1 + name_n % 47] || (demo.company_tails())[1 + name_n / 47 % 31] || ' '
    || (demo.company_kinds())[1 + name_n / 1457] || CASE WHEN name_round > 0 THEN ' ' || name_round + 1 ELSE '' END AS name,
  demo.weighted('industry', placed.n,
    ARRAY['Software', 'Manufacturing', 'Healthcare', 'Financial Services', 'Retail', 'Logistics', 'Energy', 'Education', NULL],
    ARRAY[0.22, 0.38, 0.52, 0.66, 0.78, 0.86, 0.92, 0.97]) AS industry,
  (ARRAY[18, 160, 1500])[1 + teams.segment] * exp(0.7 * demo.normal('employees', placed.n)) AS employees,
  demo.weighted('country', placed.n,
    CASE
      WHEN teams.zone = 'Asia/Singapore' THEN ARRAY['Singapore', 'Japan', 'Australia', 'India']
      WHEN teams.zone LIKE 'Europe/%' THEN ARRAY['Germany', 'United Kingdom', 'France', 'Netherlands']
      ELSE ARRAY['United States', 'United States', 'Canada', 'Mexico']
    END,
    ARRAY[0.45, 0.7, 0.88]) AS country,
  exp(0.4 * demo.normal('account size', placed.n)) AS size
FROM placed
JOIN demo.teams ON teams.n = team_n;

ALTER TABLE demo.accounts ADD PRIMARY KEY (team_n, seat);
ANALYZE demo.accounts;
