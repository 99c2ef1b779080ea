import { expect } from "chai";
import { migrateDown, migrateUp } from "../../src/db/migrate.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

/** One line per thing that migrations make, in words that do not depend on object ids. */
const CATALOGUE = `
  WITH ours AS (
    SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'
  )
  SELECT 'schema ' || nspname || coalesce(' ' || acl::text, '') AS line
  FROM ours JOIN LATERAL (SELECT nspacl AS acl FROM pg_namespace WHERE oid = ours.oid) AS rights ON true
  UNION ALL
  SELECT concat_ws(' ', 'relation', class.oid::regclass, relkind, reloptions, relacl, relrowsecurity, relforcerowsecurity, obj_description(class.oid, 'pg_class'),
    CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(class.oid) END,
    CASE WHEN relkind IN ('i', 'I') THEN pg_get_indexdef(class.oid) END)
  FROM pg_class AS class JOIN ours ON ours.oid = relnamespace
  UNION ALL
  SELECT concat_ws(' ', 'column', attrelid::regclass, attnum, attname, format_type(atttypid, atttypmod), attnotnull,
    pg_get_expr(adbin, adrelid), col_description(attrelid, attnum))
  FROM pg_attribute
  JOIN pg_class AS class ON class.oid = attrelid JOIN ours ON ours.oid = relnamespace
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE attnum > 0 AND NOT attisdropped
  UNION ALL
  SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(pg_constraint.oid))
  FROM pg_constraint JOIN ours ON ours.oid = connamespace
  UNION ALL
  SELECT concat_ws(' ', 'function', pg_proc.oid::regprocedure, pg_get_functiondef(pg_proc.oid), proacl,
    obj_description(pg_proc.oid, 'pg_proc'))
  FROM pg_proc JOIN ours ON ours.oid = pronamespace WHERE prokind IN ('f', 'p')
  UNION ALL
  SELECT concat_ws(' ', 'policy', polrelid::regclass, polname, polcmd, polpermissive, polroles, pg_get_expr(polqual, polrelid))
  FROM pg_policy JOIN pg_class AS class ON class.oid = polrelid JOIN ours ON ours.oid = relnamespace
  UNION ALL
  SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(pg_trigger.oid))
  FROM pg_trigger JOIN pg_class AS class ON class.oid = tgrelid JOIN ours ON ours.oid = relnamespace
  WHERE NOT tgisinternal
  UNION ALL
  SELECT concat_ws(' ', 'type', pg_type.oid::regtype, typtype,
    (SELECT array_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = pg_type.oid))
  FROM pg_type JOIN ours ON ours.oid = typnamespace WHERE typtype IN ('e', 'd')
  ORDER BY line`;

describe("the migrations", () => {
  let database: TestDatabase;

  before(async () => {
    database = await createTestDatabase({ migrated: false });
  });

  after(() => database.drop());

  const catalogue = async () =>
    (await database.pool.query<{ line: string }>(CATALOGUE)).rows.map(({ line }) => line);

  it("go up, all the way down, and up again to the same schema", async () => {
    const names = await migrateUp(database.url);
    const first = await catalogue();
    expect(first.length).to.be.greaterThan(names.length);

    expect(await migrateDown(database.url, names.length)).to.deep.equal([...names].reverse());
    const left = (await catalogue()).filter(
      (line) => !/\bops\.migrations|\bmigrations_/.test(line),
    );
    expect(left.map((line) => line.split(" ").slice(0, 2).join(" "))).to.deep.equal([
      "schema ops",
      "schema public",
    ]);

    await migrateUp(database.url);
    expect(await catalogue()).to.deep.equal(first);
  });
});
