import { expect } from "chai";
import type pg from "pg";
import { createPool, exactTypes } from "../../src/db/pool.ts";
import { queryAgain, withPresentPlans } from "../../src/db/prepared.ts";
import { asReader, EVERYTHING } from "../../src/db/transaction.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addOrganization } from "../support/organization.ts";
import { hasPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";

const OWNERS = `
  SELECT coalesce(string_agg(owner_name, ' ' ORDER BY owner_name), '') AS value
  FROM reporting.sales_dashboard`;
const PREPARED =
  "SELECT count(*)::int AS count, sum(generic_plans)::int AS uses FROM pg_prepared_statements";

describe("a query that comes again", () => {
  let db: TestDatabase;
  let people: Record<string, string>;

  before(async () => {
    db = await createTestDatabase();
    ({ people } = await addOrganization(db.pool));
    await refreshMarts(db.pool);
    await db.pool.query(
      "CREATE TABLE shapes (value integer); INSERT INTO shapes VALUES (1); GRANT SELECT ON shapes TO tidemark_pages",
    );
  });
  after(() => db.drop());

  const pools: pg.Pool[] = [];
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
  });
  const poolOf = (url: string) => {
    const pool = createPool(url, { name: "test", max: 1 });
    pools.push(pool);
    return pool;
  };
  const ask = (pool: pg.Pool, text: string, viewer = EVERYTHING) =>
    asReader(pool, viewer, async (client) => {
      const [row] = await queryAgain<{ value: unknown }>(client, text, exactTypes);
      return row?.value;
    });
  const prepared = async (pool: pg.Pool) => (await pool.query(PREPARED)).rows[0];

  it("is prepared the second time, and then planned no more", async () => {
    const pool = poolOf(db.url);
    await ask(pool, "SELECT 'once' AS value");
    expect((await prepared(pool)).count).to.equal(0);
    for (let time = 0; time < 4; time++)
      expect(await ask(pool, "SELECT 'often' AS value")).to.equal("often");
    expect(await prepared(pool)).to.deep.equal({ count: 1, uses: 3 });
  });

  it("has each one's rows, whoever asked before", async () => {
    const pool = poolOf(db.url);
    const expected = [
      [people.ann as string, "ann"],
      [people.bob as string, "bob"],
      [people.sue as string, ""],
      [EVERYTHING, "(none) ann bob nobody"],
    ] as const;
    for (const [viewer, owners] of [...expected, ...expected, ...expected])
      expect(await ask(pool, OWNERS, viewer)).to.equal(owners);
    expect((await prepared(pool)).count).to.equal(1);
  });

  it("sees what is committed", async () => {
    const pool = poolOf(db.url);
    for (const count of [1, 2, 3, 4]) {
      expect(await ask(pool, "SELECT count(*) AS value FROM shapes")).to.equal(String(count));
      await db.pool.query("INSERT INTO shapes VALUES (1)");
    }
  });

  it("has the columns of now where they were others", async () => {
    const pool = poolOf(db.url);
    const text = "SELECT * FROM shapes LIMIT 1";
    for (let time = 0; time < 3; time++) expect(await ask(pool, text)).to.equal(1);
    await db.pool.query("ALTER TABLE shapes ALTER value TYPE text USING 'as text'");
    const failure = await ask(pool, text).catch((error: Error) => error);
    expect(failure).to.have.property("code", "0A000");
    for (let time = 0; time < 3; time++)
      expect(await withPresentPlans(() => ask(pool, text))).to.equal("as text");
  });

  it("leaves no more than so many plans in a session", async () => {
    const pool = poolOf(db.url);
    for (let round = 0; round < 3; round++)
      for (let number = 0; number < 70; number++)
        expect(await ask(pool, `SELECT ${number} AS value`)).to.equal(number);
    expect((await prepared(pool)).count).to.equal(64);
  });

  it("finds its plan, or none, in whatever session a pooler gives", async function () {
    if (!hasPgBouncer) this.skip();
    const bouncer = await startPgBouncer(db.url);
    try {
      const shared = [poolOf(bouncer.url), poolOf(bouncer.url), poolOf(db.url)];
      for (let time = 0; time < 3; time++)
        for (const pool of shared) expect(await ask(pool, "SELECT 7 AS value")).to.equal(7);
      expect((await prepared(shared[0] as pg.Pool)).count).to.equal(1);
    } finally {
      await Promise.all(pools.splice(0).map((pool) => pool.end()));
      await bouncer.stop();
    }
  });
});
