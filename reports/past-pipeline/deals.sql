-- include: scope.sql
SELECT * FROM scope
