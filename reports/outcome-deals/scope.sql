-- Closed deals with what their calls before the close were like, by one signal.
WITH shown AS (
  SELECT coalesce((:signal)[1], reporting.main_signal()) AS signal_name
),
scope AS NOT MATERIALIZED (
  SELECT
    opportunity_id, opportunity_name, owner_user_id, owner_name, team_name, industry, product_name, lead_source, close_on, status,
    currency, amount, signal_name, signal_value, quartile, conversation_count
  FROM reporting.signal_outcomes
  WHERE true
-- include: chosen.sql
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:product IS NULL OR product_name = ANY (:product))
)
