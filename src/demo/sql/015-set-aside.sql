-- Indexes and foreign keys of the tables that grow are taken off and put back at the end of the same transaction:
-- built over all rows at once they take a fraction of the time, and every row is checked all the same. Primary keys
-- and unique constraints stay.
CREATE UNLOGGED TABLE demo.set_aside AS
WITH tables AS (
  SELECT ('crm.' || name)::regclass AS oid
  FROM unnest(ARRAY[
    'leads', 'companies', 'contacts', 'opportunities', 'opportunity_history', 'opportunity_contacts', 'quotes',
    'quote_line_items', 'cases', 'case_events', 'conversations', 'conversation_signals', 'activities',
    'activity_contacts', 'activity_opportunities', 'activity_cases', 'activity_companies'
  ]) AS name
)
SELECT
  1 AS rank,
  index.indexrelid AS oid,
  format('DROP INDEX %s', index.indexrelid::regclass) AS take_off,
  -- The definition of an index over partitions says ONLY, which would leave the partitions without.
  replace(pg_get_indexdef(index.indexrelid), ' ON ONLY ', ' ON ') AS put_back,
  format('COMMENT ON INDEX %s IS %L', index.indexrelid::regclass, obj_description(index.indexrelid, 'pg_class')) AS describe
FROM pg_index AS index
JOIN tables ON tables.oid = index.indrelid
WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = index.indexrelid)
UNION ALL
SELECT
  CASE con.confrelid WHEN 'crm.activities'::regclass THEN 3 ELSE 2 END, con.oid,
  format('ALTER TABLE %s DROP CONSTRAINT %I', con.conrelid::regclass, con.conname),
  format('ALTER TABLE %s ADD CONSTRAINT %I %s', con.conrelid::regclass, con.conname, pg_get_constraintdef(con.oid)),
  format('COMMENT ON CONSTRAINT %I ON %s IS %L', con.conname, con.conrelid::regclass, obj_description(con.oid, 'pg_constraint'))
FROM pg_constraint AS con
JOIN tables ON tables.oid = con.conrelid
WHERE con.contype = 'f' AND con.conparentid = 0;

DO $$
DECLARE
  statement text;
BEGIN
  FOR statement IN SELECT take_off FROM demo.set_aside ORDER BY rank DESC, oid LOOP
    EXECUTE statement;
  END LOOP;
END
$$;
