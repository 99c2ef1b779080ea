-- include: scope.sql
SELECT
  'All ' || count(*) || CASE count(*) WHEN 1 THEN ' deal' ELSE ' deals' END AS opportunity_name,
  :currency AS currency,
  -- Deals without amounts were worth an unknown sum, not 0.
  sum(amount) AS amount,
  sum(weighted_amount) AS weighted_amount,
  count(*) AS row_count
FROM scope
