import type pg from "pg";

/**
 * Lets the planner take every table for so many times as large as it is: it plans as it would on a large database, while what is
 * run is quick. Distinct values are taken as they are. PostgreSQL 18 or later, by the owner of the tables; nothing else may ANALYZE them.
 */
export async function scaleStatistics(pool: pg.Pool, times: number): Promise<void> {
  // Else autovacuum would find out.
  await pool.query(`
    DO $$
    DECLARE
      relation record;
    BEGIN
      FOR relation IN
        SELECT oid::regclass AS name, relkind FROM pg_class
        WHERE relnamespace IN ('crm'::regnamespace, 'mart'::regnamespace) AND relkind IN ('r', 'm')
      LOOP
        EXECUTE format('ALTER %s %s SET (autovacuum_enabled = off)',
          CASE relation.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, relation.name);
      END LOOP;
    END
    $$;
    ANALYZE`);
  await pool.query(
    `SELECT pg_restore_relation_stats(
       'schemaname', relnamespace::regnamespace::text, 'relname', relname::text,
       'relpages', relpages, 'reltuples', (reltuples * $1)::real
     )
     FROM pg_class
     WHERE relnamespace IN ('crm'::regnamespace, 'mart'::regnamespace)
       AND relkind IN ('r', 'm', 'i')
       AND reltuples > 0 AND relpages > 0
       -- What stays small on a large database.
       AND relname !~ '^(users|teams|roles|permissions|products|opportunity_stages|fiscal_periods|layers|rollup)'`,
    [times],
  );
}
