-- Up Migration

-- The list of activities shows their keys, too.
SELECT mart.capture_changes('crm.activities', '{owner_user_id}', watched => '{id,subject,updated_at}');

-- Down Migration

SELECT mart.capture_changes('crm.activities', '{owner_user_id}', watched => '{subject,updated_at}');
