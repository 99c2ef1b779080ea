import { expect } from "chai";
import type pg from "pg";
import { connect } from "../../src/db/connect.ts";
import { createPool } from "../../src/db/pool.ts";
import { asReader, EVERYTHING } from "../../src/db/transaction.ts";
import { createTestDatabase, serverUrl, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addOrganization } from "../support/organization.ts";
import { hasPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import { rejection } from "../support/refusal.ts";

const OWNERS = `
  SELECT coalesce(string_agg(owner_name, ' ' ORDER BY owner_name), '') AS owners, pg_backend_pid() AS pid
  FROM reporting.sales_dashboard`;
const WHO =
  "SELECT current_user::text AS role, coalesce(current_setting('tidemark.viewer', true), '') AS viewer, pg_backend_pid() AS pid";

/** A session of the service's pool reads for one person after the other: nothing of one may be left for the next. */
describe("a pooled session of the service", () => {
  let db: TestDatabase;
  /** What each sees, by the id that they ask as. */
  let expected: Map<string, string>;
  const service = new URL(serverUrl()).username;

  before(async () => {
    db = await createTestDatabase();
    const { people } = await addOrganization(db.pool);
    await refreshMarts(db.pool);
    expected = new Map([
      [people.ann as string, "ann"],
      [people.bob as string, "bob"],
      [people.east as string, "ann nobody"],
      [people.sue as string, ""],
      [EVERYTHING, "(none) ann bob nobody"],
    ]);
  });
  after(() => db.drop());

  const readAs = async (pool: pg.Pool, viewer: string) =>
    asReader(pool, viewer, async (client) => (await client.query(OWNERS)).rows[0]);
  const expectNobody = async (pool: pg.Pool, pids: Set<number>) => {
    const { role, viewer, pid } = (await pool.query(WHO)).rows[0];
    expect({ role, viewer }).to.deep.equal({ role: service, viewer: "" });
    pids.add(pid);
  };

  describe("of one's own", () => {
    let pool: pg.Pool;
    const pids = new Set<number>();
    beforeEach(() => {
      pids.clear();
      pool = createPool(db.url, { name: "test", max: 1 });
    });
    afterEach(() => pool.end());

    it("is nobody's after COMMIT, and the next one's after that", async () => {
      for (const [viewer, owners] of [...expected, ...expected]) {
        const seen = await readAs(pool, viewer);
        expect(seen.owners).to.equal(owners);
        pids.add(seen.pid);
        await expectNobody(pool, pids);
      }
      expect(pids.size, "one session for all").to.equal(1);
    });

    it("is nobody's after ROLLBACK: of work that fails, and of a statement that does", async () => {
      for (const work of [
        () => Promise.reject(new Error("changed my mind")),
        (client: pg.PoolClient) => client.query("SELECT 1 / 0"),
        (client: pg.PoolClient) =>
          client.query("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)"),
        (client: pg.PoolClient) => client.query("DELETE FROM reporting.users"),
      ]) {
        await rejection(
          asReader(pool, EVERYTHING, work as (client: pg.PoolClient) => Promise<unknown>),
        );
        await expectNobody(pool, pids);
      }
      expect(pids.size).to.equal(1);
    });

    it("is gone when it breaks off in the middle of a read", async () => {
      await rejection(
        asReader(pool, EVERYTHING, async (client) => {
          const { pid } = (await client.query(WHO)).rows[0];
          pids.add(pid);
          await db.pool.query("SELECT pg_terminate_backend($1, 5000)", [pid]);
          await client.query("SELECT 1");
        }),
      );
      await expectNobody(pool, pids);
      expect(pids.size, "another session").to.equal(2);
    });

    it("is whoever asks in parallel workers too", async () => {
      for (const [viewer, owners] of expected)
        await asReader(pool, viewer, async (client) => {
          // The name changed with PostgreSQL 16.
          await client.query(`
            SELECT set_config(name, 'on', true) FROM pg_settings WHERE name IN ('debug_parallel_query', 'force_parallel_mode');
            SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0`);
          expect((await client.query(OWNERS)).rows[0].owners).to.equal(owners);
        });
    });
  });

  const through = hasPgBouncer ? it : it.skip;
  const unless = hasPgBouncer ? "" : " (skipped: Debian's package pgbouncer is not installed)";
  describe(`behind PgBouncer, in transaction mode${unless}`, () => {
    let bouncer: Awaited<ReturnType<typeof startPgBouncer>>;
    const pools: pg.Pool[] = [];
    before(async () => {
      if (!hasPgBouncer) return;
      bouncer = await startPgBouncer(db.url);
      for (let number = 0; number < 3; number++)
        pools.push(createPool(bouncer.url, { name: "test", max: 5 }));
    });
    after(async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      await bouncer?.stop();
    });

    through("is whoever asks, in every transaction, and nobody's between them", async () => {
      const pids = new Set<number>();
      const asked = [...expected];
      await Promise.all(
        Array.from({ length: 60 }, async (_, turn) => {
          const pool = pools[turn % pools.length] as pg.Pool;
          const [viewer, owners] = asked[turn % asked.length] as [string, string];
          if (turn % 7 === 0)
            await rejection(asReader(pool, viewer, (client) => client.query("SELECT 1 / 0")));
          const seen = await readAs(pool, viewer);
          expect(seen.owners).to.equal(owners);
          pids.add(seen.pid);
          await expectNobody(pool, pids);
        }),
      );
      expect(pids.size, "one session for all").to.equal(1);
    });

    through("is nobody's when a client vanishes in the middle of a read", async () => {
      const client = await connect(bouncer.url, "test");
      await client.query("BEGIN READ ONLY");
      await client.query(
        "SELECT set_config('role', 'tidemark_pages', true), set_config('tidemark.viewer', '*', true)",
      );
      (
        client as unknown as { connection: { stream: { destroy(): void } } }
      ).connection.stream.destroy();
      await expectNobody(pools[0] as pg.Pool, new Set());
    });
  });
});
