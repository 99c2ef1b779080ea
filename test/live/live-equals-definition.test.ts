import { randomInt } from "node:crypto";
import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { runStorm } from "./support/storm.ts";
import { addWorld } from "./support/world.ts";

const seed = Number(process.env.TIDEMARK_LIVE_SEED ?? randomInt(1_000_000));
const seconds = Number(process.env.TIDEMARK_LIVE_SECONDS ?? 10);

describe("a live mart", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase();
    await addWorld(db.pool);
    if (process.env.BREAK) await db.pool.query(process.env.BREAK);
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  it(`equals its definition at every instant, whatever is written and whoever folds, refreshes and prunes (seed ${seed})`, async function () {
    this.timeout(seconds * 1000 + 120_000);
    const report = await runStorm(db.url, { seed, seconds });
    console.log(`      ${seconds} s: ${JSON.stringify(report)}`);
    // All layers were there to be seen. Upheavals come every second or two, and a short storm may have none that counts.
    expect(report.writes).to.be.above(seconds * 3);
    expect(report.checksWithChanges).to.be.above(seconds / 10);
    expect(report.checksWithFolds).to.be.above(seconds / 10);
    expect(report.checksOfKept).to.be.above(seconds / 10);
    if (seconds >= 30) expect(report.checksOfResets).to.be.above(0);
    expect(report.folds).to.be.above(seconds / 10);
    expect(report.refreshes).to.be.above(seconds / 10);
  });
});
