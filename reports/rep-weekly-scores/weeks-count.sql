-- include: scope.sql
SELECT (SELECT count(*) FROM pairs) * ((last_on - first_on) / 7 + 1) AS row_count
FROM span
WHERE last_on IS NOT NULL
