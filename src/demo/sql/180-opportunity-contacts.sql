-- Who decides comes first: the lead it began with, or one of the three at the company. Others join half of the deals.
CREATE UNLOGGED TABLE demo.buyers AS
SELECT
  deals.n,
  coalesce(conversions.contact_id, contacts.id) AS contact_id,
  second.id AS second_contact_id
FROM demo.deals
JOIN demo.contacts ON contacts.company_n = deals.company_n AND contacts.seat = 1 + deals.n % 3
JOIN demo.contacts AS second ON second.company_n = deals.company_n AND second.seat = 1 + (deals.n + 1) % 3
LEFT JOIN demo.conversions ON conversions.n = deals.n;
ANALYZE demo.buyers;

INSERT INTO crm.opportunity_contacts (opportunity_id, contact_id, role, is_primary, created_at)
SELECT deals.id, contact_id,
  CASE WHEN from_lead THEN 'Other' ELSE demo.pick('buyer role', n, ARRAY['Decision Maker', 'Economic Buyer']) END::crm.opportunity_contact_role, true, at
FROM demo.buyers
JOIN demo.deals USING (n)
JOIN demo.states USING (n)
WHERE step = 1
UNION ALL
SELECT deals.id, second_contact_id,
  demo.pick('second role', n, ARRAY['Technical Evaluator', 'Influencer', 'User', 'Other'])::crm.opportunity_contact_role, false, at
FROM demo.buyers
JOIN demo.deals USING (n)
JOIN demo.states USING (n)
WHERE step = 1 AND demo.uniform('second buyer', n) < 0.5;
