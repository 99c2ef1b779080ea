import type pg from "pg";

/** Copies of the reporting views that read something else than the rows that a viewer may see of live marts. */
export interface OtherViews {
  names: string[];
  /** The same query on the other side. */
  query: (text: string) => string;
  drop: () => Promise<void>;
}

/** What a copy reads in place of mart.<m>_visible: the materialized view, or the live rows of everybody. */
const SIDES = { bare: "", live: "_live" } as const;

/** Makes them, each a copy of its view's own definition, with the same barrier and for the same role. */
export async function createOtherViews(
  pool: pg.Pool,
  side: keyof typeof SIDES,
): Promise<OtherViews> {
  const schema = `bench_${side}`;
  await pool.query(`
    DROP SCHEMA IF EXISTS ${schema} CASCADE;
    CREATE SCHEMA ${schema};
    GRANT USAGE ON SCHEMA ${schema} TO tidemark_pages`);
  const { rows } = await pool.query<{ name: string; options: string; definition: string }>(`
    SELECT relname AS name, array_to_string(reloptions, ', ') AS options, pg_get_viewdef(oid) AS definition
    FROM pg_class
    WHERE relkind = 'v' AND relnamespace = 'reporting'::regnamespace AND EXISTS (
      SELECT FROM mart.live_marts WHERE pg_get_viewdef(oid) ~ format('\\mmart\\.%s_visible\\M', mart)
    )`);
  for (const { name, options, definition } of rows)
    await pool.query(`
      CREATE VIEW ${schema}.${name} WITH (${options}) AS ${otherOf(definition, SIDES[side])};
      GRANT SELECT ON ${schema}.${name} TO tidemark_pages`);
  const names = new Set(rows.map(({ name }) => name));
  return {
    names: [...names],
    query: (text) =>
      text.replace(/\breporting\.(\w+)/g, (whole, name) =>
        names.has(name) ? `${schema}.${name}` : whole,
      ),
    drop: async () => {
      await pool.query(`DROP SCHEMA ${schema} CASCADE`);
    },
  };
}

/** A mart without an alias keeps its name for the columns that are qualified with it. */
const otherOf = (definition: string, suffix: string) =>
  definition.replace(
    /\bmart\.(\w+)_visible\b( [a-z_]+)?/g,
    (_, mart, alias = ` ${mart}_visible`) => `mart.${mart}${suffix}${alias}`,
  );
