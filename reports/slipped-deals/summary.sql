-- include: scope.sql
SELECT
  'All ' || count(*) || CASE count(*) WHEN 1 THEN ' deal' ELSE ' deals' END AS opportunity_name,
  count(*) AS row_count,
  sum(present_amount) AS present_amount,
  :currency AS currency,
  count(*) AS deal_count,
  -- Deals without amounts were worth an unknown sum, not 0.
  CASE WHEN count(*) > 0 THEN sum(amount) ELSE 0 END AS amount,
  count(*) FILTER (WHERE amount IS NULL) AS missing_amount_count,
  coalesce(sum(push_count), 0)::bigint AS push_count,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY moved_days) AS median_moved_days,
  count(*) FILTER (WHERE status = 'won') AS won_count,
  count(*) FILTER (WHERE status = 'lost') AS lost_count
FROM scope
