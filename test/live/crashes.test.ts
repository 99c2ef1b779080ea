import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import type pg from "pg";
import { migrateUp } from "../../src/db/migrate.ts";
import { createPool } from "../../src/db/pool.ts";
import { createLog } from "../../src/log.ts";
import { refreshMart } from "../../src/marts/refresh.ts";
import { listMarts } from "../../src/marts/registry.ts";
import { startWorker } from "../../src/marts/worker.ts";
import { refreshMarts } from "../support/marts.ts";
import { waitUntil } from "../support/wait.ts";
import { type Cluster, createCluster } from "./support/cluster.ts";
import { openChecker } from "./support/comparison.ts";
import { createRandom } from "./support/random.ts";
import { addWorld } from "./support/world.ts";
import { WRITES } from "./support/writes.ts";

const COMPACTOR = join(import.meta.dirname, "support/compactor.ts");
const rounds = Number(process.env.TIDEMARK_LIVE_CRASHES ?? 3);

const UNDER_WAY = "SELECT count(*) > 0 FROM ops.refresh_runs WHERE status = 'running'";

/** A refresh may end between the look at it and the blow, so that few rounds prove nothing; of many, some must hit. */
function expectCut(cut: number) {
  if (rounds >= 10) expect(cut, "refreshes that were under way").to.be.above(rounds / 5);
}

describe("after kill -9, a live mart", function () {
  this.timeout(60_000 + rounds * 30_000);
  const random = createRandom(9);
  let cluster: Cluster;
  let pool: pg.Pool;
  const compactors: { kill(): Promise<void> }[] = [];

  before(async () => {
    cluster = await createCluster();
    await migrateUp(cluster.url);
    pool = createPool(cluster.url, { name: "crash test" });
    await addWorld(pool, 2);
    await refreshMarts(pool);
  });
  afterEach(() => Promise.all(compactors.splice(0).map((one) => one.kill())));
  after(async () => {
    await pool?.end();
    await cluster?.remove();
  });

  /** Writes one statement after the other until the server or the test ends it. @returns a way to end it */
  function startWriters(count: number) {
    const stopping = new AbortController();
    const write = async () => {
      while (!stopping.signal.aborted) {
        await pool.query(random.pick(WRITES)(random)).catch((error: Error & { code?: string }) => {
          if (!/^(22|23|40)/.test(error.code ?? "")) stopping.abort();
        });
      }
    };
    const done = Promise.all(Array.from({ length: count }, write));
    return () => {
      stopping.abort();
      return done;
    };
  }

  const startCompactor = async () => {
    const child = spawn(process.execPath, [COMPACTOR, cluster.url], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ended = once(child, "close");
    await once(child.stdout, "data");
    const compactor = {
      async kill() {
        child.kill("SIGKILL");
        await ended;
      },
    };
    compactors.push(compactor);
    return compactor;
  };

  const countRunning = async () =>
    (await pool.query("SELECT count(*)::integer FROM ops.refresh_runs WHERE status = 'running'"))
      .rows[0].count;

  /** Right at once, and ready to be folded and refreshed as ever. @returns whether a refresh was cut short */
  async function expectRight() {
    const checker = await openChecker(pool);
    await checker.compare();
    const wasCut = (await countRunning()) > 0;
    for (const { name, isLive } of await listMarts(pool)) {
      if (isLive) expect(await refreshMart(pool, name)).to.equal("refreshed");
    }
    expect(await countRunning()).to.equal(0);
    await checker.compare();
    checker.close();
    return wasCut;
  }

  it(`of the server equals its definition as soon as that is back, ${rounds} times`, async () => {
    let cut = 0;
    for (let round = 0; round < rounds; round++) {
      const stopWriters = startWriters(2);
      const compactor = await startCompactor();
      await delay(random.below(400));
      await waitUntil(pool, UNDER_WAY);
      await cluster.kill();
      await Promise.all([stopWriters(), compactor.kill()]);
      await cluster.start();
      if (await expectRight()) cut += 1;
    }
    expectCut(cut);
  });

  it(`of the process that folds and refreshes equals its definition, ${rounds} times`, async () => {
    let cut = 0;
    for (let round = 0; round < rounds; round++) {
      const stopWriters = startWriters(2);
      const compactor = await startCompactor();
      await delay(random.below(400));
      await waitUntil(pool, UNDER_WAY);
      await compactor.kill();
      await stopWriters();
      if (await expectRight()) cut += 1;
    }
    expectCut(cut);
  });

  it("of both is taken up by the next worker, which leaves nothing behind as running", async () => {
    const compactor = await startCompactor();
    await waitUntil(pool, UNDER_WAY);
    await cluster.kill();
    await compactor.kill();
    await cluster.start();
    const worker = await startWorker({
      url: cluster.url,
      log: createLog("silent"),
      pollSeconds: 0.5,
    });
    await waitUntil(pool, "SELECT count(*) = 0 FROM ops.refresh_runs WHERE status = 'running'");
    await worker.stop();
  });
});
