import type pg from "pg";

/** Copies of the reporting views that read the bare materialized views instead of the live ones. */
export interface BareViews {
  /** The same query on the bare side. */
  query: (text: string) => string;
  drop: () => Promise<void>;
}

const SCHEMA = "bench";

/** Makes them, each a copy of its view's own definition, with the same barrier and for the same role. */
export async function createBareViews(pool: pg.Pool): Promise<BareViews> {
  await pool.query(`
    DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE;
    CREATE SCHEMA ${SCHEMA};
    GRANT USAGE ON SCHEMA ${SCHEMA} TO tidemark_reader`);
  const { rows } = await pool.query<{ name: string; options: string; definition: string }>(`
    SELECT relname AS name, array_to_string(reloptions, ', ') AS options, pg_get_viewdef(oid) AS definition
    FROM pg_class
    WHERE relkind = 'v' AND relnamespace = 'reporting'::regnamespace AND pg_get_viewdef(oid) ~ '\\mmart\\.\\w+_live\\M'`);
  for (const { name, options, definition } of rows)
    await pool.query(`
      CREATE VIEW ${SCHEMA}.${name} WITH (${options}) AS ${bareOf(definition)};
      GRANT SELECT ON ${SCHEMA}.${name} TO tidemark_reader`);
  const names = new Set(rows.map(({ name }) => name));
  return {
    query: (text) =>
      text.replace(/\breporting\.(\w+)/g, (whole, name) =>
        names.has(name) ? `${SCHEMA}.${name}` : whole,
      ),
    drop: async () => {
      await pool.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
    },
  };
}

/** A mart without an alias keeps its live name for the columns that are qualified with it. */
const bareOf = (definition: string) =>
  definition.replace(
    /\bmart\.(\w+)_live\b( [a-z_]+)?/g,
    (_, mart, alias = ` ${mart}_live`) => `mart.${mart}${alias}`,
  );
