-- What the trigger would have written, had each step been an update at its time.
INSERT INTO crm.opportunity_history (
  opportunity_id, changed_at, changed_by_user_id, from_stage, to_stage, from_amount, to_amount,
  from_close_date, to_close_date, from_probability, to_probability, from_owner_user_id, to_owner_user_id
)
WITH changes AS (
  SELECT
    n, at, step, stage, amount, close_on, probability, owner_id,
    lag(stage) OVER earlier AS from_stage,
    lag(amount) OVER earlier AS from_amount,
    lag(close_on) OVER earlier AS from_close_on,
    lag(probability) OVER earlier AS from_probability,
    lag(owner_id) OVER earlier AS from_owner_id
  FROM demo.states
  WINDOW earlier AS (PARTITION BY n ORDER BY step)
)
SELECT
  deals.id, at, coalesce(from_owner_id, owner_id), from_stage, stage, from_amount, changes.amount,
  from_close_on, close_on, from_probability, probability, from_owner_id, owner_id
FROM changes
JOIN demo.deals USING (n)
WHERE (stage, changes.amount, close_on, probability, owner_id)
  IS DISTINCT FROM (from_stage, from_amount, from_close_on, from_probability, from_owner_id)
ORDER BY n, step;
