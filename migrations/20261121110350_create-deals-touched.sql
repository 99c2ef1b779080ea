-- Up Migration

-- What the marts of deals share: which changes concern which deals. All that one of them reads of a deal is watched here.
SELECT mart.capture_changes(
  'crm.opportunities', '{id,owner_user_id}',
  watched => '{name,company_id,primary_product_id,amount,currency,stage,stage_changed_at,close_date,lead_source,probability,forecast_category,created_at}'
);
SELECT mart.capture_changes('crm.companies', '{id}', watched => '{industry,name}');
SELECT mart.capture_resets('crm.opportunity_stages');
SELECT mart.capture_resets('ops.settings');

CREATE VIEW mart.deals_touched AS
SELECT
  changed.xid,
  coalesce(changed.owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  changed.id AS opportunity_id
FROM mart.opportunities_log AS changed
UNION ALL
SELECT
  changed.xid,
  coalesce(deals.owner_user_id, '00000000-0000-0000-0000-000000000000'),
  deals.id
FROM mart.companies_log AS changed
JOIN crm.opportunities AS deals ON deals.company_id = changed.id;
COMMENT ON VIEW mart.deals_touched IS
  'One row per change of a deal or of its company, and deal that it concerns, with the owner whose it was or is.';

CREATE VIEW mart.deal_keys AS
SELECT
  coalesce(owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  id AS opportunity_id
FROM crm.opportunities;
COMMENT ON VIEW mart.deal_keys IS 'Every deal and its owner.';

-- Down Migration

DROP VIEW mart.deal_keys;
DROP VIEW mart.deals_touched;
