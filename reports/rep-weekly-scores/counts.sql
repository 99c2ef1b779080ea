-- include: scope.sql
-- How many rows each table has, in one reading.
, pair_count AS (
  SELECT count(*) AS pair_count
  FROM pairs
)
SELECT 'reps' AS part, pair_count AS row_count
FROM pair_count
UNION ALL
SELECT 'weeks', pair_count * ((last_on - first_on) / 7 + 1)
FROM pair_count, span
WHERE last_on IS NOT NULL
