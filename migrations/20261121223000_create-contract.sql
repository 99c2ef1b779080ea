-- Up Migration

-- What BI tools build on, readable where they read. The version moves when something that they may have used is gone or has
-- another type; docs/reporting-contract.json lists what each version promises.
CREATE VIEW reporting.contract WITH (security_barrier) AS
SELECT 1 AS contract_version, date '2026-11-21' AS changed_on;
GRANT SELECT ON reporting.contract TO tidemark_reader;
COMMENT ON VIEW reporting.contract IS 'Which version of the views in reporting this is. One row per database; unique by contract_version.';
COMMENT ON COLUMN reporting.contract.contract_version IS
  'Moves when a view or a column is removed, renamed or gets another type. New views and columns leave it as it is.';
COMMENT ON COLUMN reporting.contract.changed_on IS 'Day on which the version moved, a calendar day in no time zone.';

CREATE VIEW reporting.contract_views WITH (security_barrier) AS
SELECT relname::text AS view_name, obj_description(oid, 'pg_class') AS description
FROM pg_catalog.pg_class
WHERE relnamespace = 'reporting'::regnamespace AND relkind = 'v';
GRANT SELECT ON reporting.contract_views TO tidemark_reader;
COMMENT ON VIEW reporting.contract_views IS
  'The views in reporting, for tools that do not show comments. One row per view; unique by view_name.';
COMMENT ON COLUMN reporting.contract_views.view_name IS 'Name of the view.';
COMMENT ON COLUMN reporting.contract_views.description IS 'What one row is of, by what rows are unique, and how fresh they are.';

CREATE VIEW reporting.contract_columns WITH (security_barrier) AS
SELECT
  class.relname::text AS view_name,
  (row_number() OVER (PARTITION BY class.oid ORDER BY attribute.attnum))::integer AS column_position,
  attribute.attname::text AS column_name,
  format_type(attribute.atttypid, attribute.atttypmod) AS data_type,
  col_description(class.oid, attribute.attnum) AS description
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = class.oid
WHERE class.relnamespace = 'reporting'::regnamespace AND class.relkind = 'v'
  AND attribute.attnum > 0 AND NOT attribute.attisdropped;
GRANT SELECT ON reporting.contract_columns TO tidemark_reader;
COMMENT ON VIEW reporting.contract_columns IS
  'The columns of the views in reporting, for tools that do not show comments. One row per column; unique by view_name, column_name.';
COMMENT ON COLUMN reporting.contract_columns.view_name IS 'Name of the view.';
COMMENT ON COLUMN reporting.contract_columns.column_position IS 'Place of the column in the view, from 1.';
COMMENT ON COLUMN reporting.contract_columns.column_name IS 'Name of the column.';
COMMENT ON COLUMN reporting.contract_columns.data_type IS 'Type of the column, as PostgreSQL writes it.';
COMMENT ON COLUMN reporting.contract_columns.description IS 'What the column means, with its unit, currency or time zone.';

-- Down Migration

DROP VIEW reporting.contract_columns;
DROP VIEW reporting.contract_views;
DROP VIEW reporting.contract;
