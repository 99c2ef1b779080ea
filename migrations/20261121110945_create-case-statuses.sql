-- Up Migration

-- A case is open from the moment it was created, also where its first status was told later, as imports do.
CREATE VIEW mart.case_statuses AS
WITH changes AS (
  SELECT case_id, id AS event_id, happened_at, to_status AS status
  FROM crm.case_events
  WHERE event_type = 'Status Change'
  UNION ALL
  SELECT cases.id, 0, cases.created_at, NULL
  FROM crm.cases
  WHERE NOT EXISTS (
    SELECT FROM crm.case_events AS events
    WHERE events.case_id = cases.id AND events.event_type = 'Status Change' AND events.happened_at <= cases.created_at
  )
),
statuses AS (
  SELECT
    changes.*,
    row_number() OVER in_time AS change_no,
    lead(happened_at) OVER in_time AS next_happened_at
  FROM changes
  WINDOW in_time AS (PARTITION BY case_id ORDER BY happened_at, event_id)
)
SELECT
  statuses.case_id,
  statuses.change_no,
  statuses.happened_at AS entered_at,
  statuses.next_happened_at AS left_at,
  -- Events may be told out of order; what the case says of itself holds.
  CASE WHEN statuses.next_happened_at IS NULL THEN cases.status ELSE statuses.status END AS status
FROM statuses
JOIN crm.cases ON cases.id = statuses.case_id;
COMMENT ON VIEW mart.case_statuses IS
  'The statuses that each case has been in. One row per change of status, and one for the time before the first where that came '
  'after the creation; unique by case_id, change_no.';
COMMENT ON COLUMN mart.case_statuses.case_id IS 'Key of the case.';
COMMENT ON COLUMN mart.case_statuses.change_no IS 'Number of the change among those of the case, from 1, in the order of time.';
COMMENT ON COLUMN mart.case_statuses.entered_at IS 'When the status was entered.';
COMMENT ON COLUMN mart.case_statuses.left_at IS 'When it was left, perhaps at the same instant; NULL: not so far.';
COMMENT ON COLUMN mart.case_statuses.status IS 'The status; NULL: it was not told, so the case was waiting.';

-- What the marts of cases share: which changes concern which cases.
SELECT mart.capture_changes('crm.cases', '{id,owner_user_id}', watched =>
  '{case_number,subject,company_id,priority,status,created_at}');
SELECT mart.capture_changes('crm.case_events', '{case_id}', watched => '{id,event_type,happened_at,actor_user_id,to_status}');
SELECT mart.capture_changes('crm.companies', '{id}', watched => '{industry,name}');
SELECT mart.capture_resets('ops.settings');

CREATE VIEW mart.case_keys AS
SELECT
  coalesce(owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  id AS case_id
FROM crm.cases;
COMMENT ON VIEW mart.case_keys IS 'Every case and its owner.';

CREATE VIEW mart.cases_touched AS
SELECT
  changed.xid,
  coalesce(changed.owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  changed.id AS case_id
FROM mart.cases_log AS changed
UNION ALL
SELECT changed.xid, cases.*
FROM mart.case_events_log AS changed
JOIN mart.case_keys AS cases ON cases.case_id = changed.case_id
UNION ALL
SELECT
  changed.xid,
  coalesce(cases.owner_user_id, '00000000-0000-0000-0000-000000000000'),
  cases.id
FROM mart.companies_log AS changed
JOIN crm.cases ON cases.company_id = changed.id;
COMMENT ON VIEW mart.cases_touched IS
  'One row per change of a case, its events or its company, and case that it concerns, with the owner whose it was or is.';

-- Down Migration

DROP VIEW mart.cases_touched;
DROP VIEW mart.case_keys;
DROP VIEW mart.case_statuses;
