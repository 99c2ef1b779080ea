-- Up Migration

-- The history names what each change set. A change may be dated before one that was recorded earlier: a stage entered in
-- March and told in May does not take back the amount of April. So each column is followed by itself, in the order of time;
-- and how the deal stands now is what it says, not what its history says.
CREATE VIEW mart.deal_states AS
WITH changes AS (
  SELECT
    id,
    opportunity_id,
    changed_at,
    from_stage, to_stage,
    from_amount, to_amount,
    from_close_date, to_close_date,
    from_probability, to_probability,
    from_owner_user_id, to_owner_user_id,
    row_number() OVER in_time::integer AS change_no,
    lead(changed_at) OVER in_time AS next_changed_at
  FROM crm.opportunity_history
  WINDOW in_time AS (PARTITION BY opportunity_id ORDER BY changed_at, id)
),
-- Number of the change that last set each column.
setters AS (
  SELECT
    changes.*,
    max(change_no) FILTER (WHERE is_first OR to_stage <> from_stage) OVER in_time AS stage_no,
    max(change_no) FILTER (WHERE is_first OR to_amount IS DISTINCT FROM from_amount) OVER in_time AS amount_no,
    max(change_no) FILTER (WHERE is_first OR to_close_date IS DISTINCT FROM from_close_date) OVER in_time AS close_no,
    max(change_no) FILTER (WHERE is_first OR to_probability IS DISTINCT FROM from_probability) OVER in_time AS probability_no,
    max(change_no) FILTER (WHERE is_first OR to_owner_user_id IS DISTINCT FROM from_owner_user_id) OVER in_time AS owner_no
  FROM changes
  CROSS JOIN LATERAL (SELECT change_no = 1 OR from_stage IS NULL AS is_first) AS kind
  WINDOW in_time AS (PARTITION BY opportunity_id ORDER BY changed_at, id)
),
states AS (
  SELECT
    opportunity_id,
    change_no,
    changed_at,
    next_changed_at,
    nth_value(to_stage, stage_no) OVER deal AS stage,
    nth_value(to_amount, amount_no) OVER deal AS amount,
    nth_value(to_close_date, close_no) OVER deal AS close_date,
    nth_value(to_probability, probability_no) OVER deal AS probability,
    nth_value(to_owner_user_id, owner_no) OVER deal AS owner_user_id
  FROM setters
  WINDOW deal AS (
    PARTITION BY opportunity_id ORDER BY changed_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
  )
)
SELECT
  states.opportunity_id,
  states.change_no,
  states.changed_at AS valid_from,
  states.next_changed_at AS valid_until,
  CASE WHEN is_present THEN deals.stage ELSE states.stage END AS stage,
  CASE WHEN is_present THEN deals.amount ELSE states.amount END AS amount,
  CASE WHEN is_present THEN deals.close_date ELSE states.close_date END AS close_date,
  CASE WHEN is_present THEN deals.probability ELSE states.probability END AS probability,
  CASE WHEN is_present THEN deals.owner_user_id ELSE states.owner_user_id END AS owner_user_id
FROM states
JOIN crm.opportunities AS deals ON deals.id = states.opportunity_id
CROSS JOIN LATERAL (SELECT states.next_changed_at IS NULL AS is_present) AS present;
COMMENT ON VIEW mart.deal_states IS
  'How each deal stood after each change in its history. One row per change; unique by opportunity_id, change_no.';
COMMENT ON COLUMN mart.deal_states.opportunity_id IS 'Key of the deal.';
COMMENT ON COLUMN mart.deal_states.change_no IS 'Number of the change among those of the deal, from 1, in the order of time.';
COMMENT ON COLUMN mart.deal_states.valid_from IS 'When the change happened.';
COMMENT ON COLUMN mart.deal_states.valid_until IS 'When the next one did, perhaps at the same instant; NULL: there is none.';
COMMENT ON COLUMN mart.deal_states.stage IS 'Stage from then on.';
COMMENT ON COLUMN mart.deal_states.amount IS 'Worth from then on, in the deal''s currency; NULL: not known.';
COMMENT ON COLUMN mart.deal_states.close_date IS 'Close day from then on; NULL: none is set.';
COMMENT ON COLUMN mart.deal_states.probability IS 'The deal''s own probability from then on; NULL: its stage''s.';
COMMENT ON COLUMN mart.deal_states.owner_user_id IS 'Owner from then on, who may be gone by now; NULL: nobody.';

SELECT mart.capture_changes(
  'crm.opportunity_history', '{opportunity_id}',
  watched => '{id,changed_at,from_stage,to_stage,from_amount,to_amount,from_close_date,to_close_date,from_probability,to_probability,from_owner_user_id,to_owner_user_id}'
);

CREATE VIEW mart.deal_states_touched AS
SELECT * FROM mart.deals_touched
UNION ALL
-- LEFT, so that who does not ask for the owner does not look for the deal.
SELECT
  changed.xid,
  coalesce(deals.owner_user_id, '00000000-0000-0000-0000-000000000000'),
  changed.opportunity_id
FROM mart.opportunity_history_log AS changed
LEFT JOIN crm.opportunities AS deals ON deals.id = changed.opportunity_id;
COMMENT ON VIEW mart.deal_states_touched IS
  'One row per change of a deal, its company or its history, and deal that it concerns, with the owner whose it was or is.';

-- Down Migration

DROP VIEW mart.deal_states_touched;
DROP VIEW mart.deal_states;
