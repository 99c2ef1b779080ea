-- include: scope.sql
SELECT
  'All ' || count(*) || CASE count(*) WHEN 1 THEN ' deal' ELSE ' deals' END AS opportunity_name,
  :currency AS currency,
  sum(amount) AS amount,
  sum(push_count)::bigint AS push_count,
  sum(present_amount) AS present_amount,
  count(*) AS row_count
FROM scope
