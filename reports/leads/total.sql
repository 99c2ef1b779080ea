-- include: days.sql
SELECT
  'All ' || coalesce(sum(lead_count), 0) || CASE sum(lead_count) WHEN 1 THEN ' lead' ELSE ' leads' END AS lead_name,
  coalesce(sum(lead_count), 0)::bigint AS row_count
FROM days
