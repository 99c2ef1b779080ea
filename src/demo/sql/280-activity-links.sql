INSERT INTO crm.activity_opportunities (activity_id, activity_created_at, opportunity_id)
SELECT id, at, deal_id FROM demo.doings WHERE deal_id IS NOT NULL;

INSERT INTO crm.activity_cases (activity_id, activity_created_at, case_id)
SELECT id, at, case_id FROM demo.doings WHERE case_id IS NOT NULL;

INSERT INTO crm.activity_companies (activity_id, activity_created_at, company_id)
SELECT id, at, company_id FROM demo.doings WHERE company_id IS NOT NULL;

INSERT INTO crm.activity_contacts (activity_id, activity_created_at, contact_id)
SELECT id, at, contact_id FROM demo.doings
WHERE contact_id IS NOT NULL AND activity_type IN ('Call', 'Email', 'Meeting');
