import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

/** Without those of extensions, which stand in schema ops, where nobody else may look. */
const OURS = `
  pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('crm', 'mart', 'ops', 'reporting', 'stats'))
  AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e'
  )`;

/** The schemas of the views that each role reads. */
const SCHEMAS = {
  tidemark_reader: ["reporting", "own_rows", "all_rows"],
  tidemark_pages: ["reporting", "own_rows", "all_rows", "own_kept", "all_kept"],
};

/** What a reader's query calls by itself: the functions in the views that it reads. What those call, they call as the owner. */
const calledByViews = (schemas: readonly string[]) => `
  WITH RECURSIVE reached AS (
    SELECT 'pg_class'::regclass AS kind, oid FROM pg_class
    WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname = ANY ('{${schemas}}'))
    UNION
    SELECT reads.kind, reads.oid
    FROM reached
    CROSS JOIN LATERAL mart.reads_of(reached.kind, reached.oid) AS reads
    WHERE reached.kind = 'pg_class'::regclass
  )
  SELECT pg_proc.oid::regprocedure::text AS name
  FROM reached
  JOIN pg_proc ON kind = 'pg_proc'::regclass AND pg_proc.oid = reached.oid
  WHERE ${OURS}`;

const OPEN = `
  SELECT pg_proc.oid::regprocedure::text AS name
  FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) AS acl
  WHERE ${OURS} AND acl.grantee = 0`;

describe("functions of the database", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.drop());

  const names = async (sql: string) =>
    (await db.pool.query<{ name: string }>(sql)).rows.map(({ name }) => name);

  it("are for everybody only where policies of tables call them, which tell people about themselves", async () => {
    const called = await names(`
      SELECT DISTINCT refobjid::regprocedure::text AS name
      FROM pg_depend
      WHERE classid = 'pg_policy'::regclass AND refclassid = 'pg_proc'::regclass`);
    expect(called)
      .to.include("crm.visible_user_ids(text)")
      .and.not.include("crm.permissions_of(uuid)");
    expect(await names(OPEN)).to.have.members(called);
  });

  it("are for readers where views call them, or they are there to be called", async () => {
    const open = new Set(await names(OPEN));
    const closed = (all: string[]) => all.filter((name) => !open.has(name));
    for (const [role, schemas] of Object.entries(SCHEMAS)) {
      const called = await names(calledByViews(schemas));
      expect(called).to.include.members(["crm.may(text)", "mart.sales_dashboard_changes()"]);
      const executable = await names(`
        SELECT oid::regprocedure::text AS name FROM pg_proc
        WHERE ${OURS} AND has_function_privilege('${role}', oid, 'EXECUTE')
          AND pronamespace NOT IN ('reporting'::regnamespace, 'stats'::regnamespace)`);
      expect(closed(executable), role).to.have.members(closed(called));
    }
  });

  it("find what is temporary last, or a reader could put a type of theirs under the owner's hands", async () => {
    const exposed = await names(`
      SELECT oid::regprocedure::text AS name FROM pg_proc
      WHERE ${OURS} AND prokind IN ('f', 'p')
        -- A body that was parsed when it was made looks for nothing any more.
        AND prosqlbody IS NULL
        AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (proconfig), false)`);
    expect(exposed).to.deep.equal([]);
  });
});
