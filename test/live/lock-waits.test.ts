import { expect } from "chai";
import type pg from "pg";
import { createPool } from "../../src/db/pool.ts";
import { foldMart } from "../../src/marts/fold.ts";
import { pruneChanges } from "../../src/marts/prune.ts";
import { refreshMart } from "../../src/marts/refresh.ts";
import { listMarts } from "../../src/marts/registry.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { createRandom } from "./support/random.ts";
import { addWorld, CALLS, DEALS, idOf, SIGNALS } from "./support/world.ts";

const SECONDS = 5;

/** A lock that a session of the one kind waits for and one of the other kind holds; for the last of them, nothing is to be done. */
const WAITS = `
  SELECT waiting.application_name AS waiting, holding.application_name AS holding, waiting.query
  FROM pg_stat_activity AS waiting
  CROSS JOIN LATERAL unnest(pg_blocking_pids(waiting.pid)) AS blocking (pid)
  JOIN pg_stat_activity AS holding ON holding.pid = blocking.pid
  WHERE waiting.datname = current_database() AND waiting.wait_event_type = 'Lock'`;

describe("somebody who writes", () => {
  let db: TestDatabase;
  const pools: pg.Pool[] = [];

  before(async () => {
    db = await createTestDatabase();
    await addWorld(db.pool, 4);
    await refreshMarts(db.pool);
  });
  after(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await db.drop();
  });

  const open = (name: string) => {
    const pool = createPool(db.url, { name, max: 4 });
    pools.push(pool);
    return pool;
  };

  /** Lets writers write, and the others do what they do, while somebody watches who waits for whom. */
  async function watch(upkeep: (pool: pg.Pool) => Promise<unknown>) {
    const [writers, keepers] = [open("writer"), open("upkeep")];
    const end = performance.now() + SECONDS * 1000;
    const seen = new Set<string>();
    const counts = { writes: 0, upkeeps: 0, looks: 0 };
    const loop = async (work: (number: number) => Promise<unknown>, number = 0) => {
      while (performance.now() < end) await work(number);
    };
    const random = createRandom(3);
    const write = async (number: number) => {
      // Rows of its own, so that writers do not wait for each other.
      const own = 4 * random.below(CALLS) + number;
      await writers.query(
        `INSERT INTO crm.conversation_signals (call_id, signal_name, signal_value)
         SELECT call_id, $2, $3 FROM crm.conversations WHERE call_id = $1
         ON CONFLICT (call_id, signal_name, scoring_version) DO UPDATE SET signal_value = EXCLUDED.signal_value`,
        [`call ${own}`, random.pick(SIGNALS), random.below(100)],
      );
      const deal = idOf("deal", 4 * random.below(DEALS) + number);
      await writers.query(`UPDATE crm.opportunities SET amount = amount + 1 WHERE id = ${deal}`);
      counts.writes += 2;
    };
    const look = async () => {
      const { rows } = await db.pool.query(WAITS);
      for (const { waiting, holding, query } of rows) {
        if (waiting === "tidemark writer" && holding === "tidemark upkeep") seen.add(query);
      }
      counts.looks += 1;
    };
    const keepUp = async () => {
      await upkeep(keepers);
      counts.upkeeps += 1;
    };
    await Promise.all(
      [0, 1, 2, 3].map((number) => loop(write, number)).concat(loop(look), loop(keepUp)),
    );
    return { counts, waits: [...seen] };
  }

  const everyMart = async (work: (mart: string) => Promise<unknown>) => {
    for (const { name, isLive } of await listMarts(db.pool)) if (isLive) await work(name);
  };

  it("never waits for a refresh, a fold or a pruning", async () => {
    const { counts, waits } = await watch(async (pool) => {
      await Promise.all([
        everyMart((mart) => refreshMart(pool, mart)),
        everyMart((mart) => foldMart(pool, mart)),
        pruneChanges(pool),
      ]);
    });
    expect(waits).to.deep.equal([]);
    expect(counts.writes).to.be.above(50);
    expect(counts.looks).to.be.above(50);
    expect(counts.upkeeps).to.be.above(0);
  });

  it("would be seen waiting", async () => {
    const { waits } = await watch((pool) =>
      pool.query(
        "BEGIN; LOCK TABLE mart.opportunities_log IN EXCLUSIVE MODE; SELECT pg_sleep(0.3); COMMIT",
      ),
    );
    expect(waits).to.have.length.above(0);
  });
});
