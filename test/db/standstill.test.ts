import { expect } from "chai";
import { createStandstill, type Standstill } from "../../src/db/standstill.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { rejection } from "../support/refusal.ts";

describe("what is remembered while nothing is committed", () => {
  let db: TestDatabase;
  let standstill: Standstill;
  let reads: number;
  const recall = async (key = "key") =>
    (await standstill()).recall(key, async () => {
      reads += 1;
      return Number((await db.pool.query("SELECT count(*) FROM notes")).rows[0].count);
    });
  /** Whatever the server does of its own accord, such as gathering statistics, is a commit too. */
  const whileStill = async (work: () => Promise<void>) => {
    const snapshot = async () =>
      (await db.pool.query("SELECT pg_current_snapshot() AS snapshot")).rows[0].snapshot;
    for (;;) {
      const before = await snapshot();
      standstill = createStandstill(db.pool);
      reads = 0;
      await work();
      if ((await snapshot()) === before) return;
    }
  };

  before(async () => {
    db = await createTestDatabase();
    await db.pool.query("CREATE TABLE notes (note text)");
  });
  after(() => db.drop());
  beforeEach(() => {
    standstill = createStandstill(db.pool);
    reads = 0;
  });

  it("is read once, for all who ask at once or later", async () => {
    let found = 0;
    await whileStill(async () => {
      await Promise.all([recall(), recall()]);
      await recall();
      found = reads;
    });
    expect(found).to.equal(1);
  });

  it("is forgotten with the next commit, and with none before", async () => {
    const before = await recall();
    const writer = await db.pool.connect();
    try {
      await writer.query("BEGIN");
      await writer.query("INSERT INTO notes VALUES ('one')");
      expect(await recall()).to.equal(before);
      await writer.query("COMMIT");
    } finally {
      writer.release();
    }
    expect(await recall()).to.equal(before + 1);
  });

  it("is of one question each", async () => {
    const moment = await standstill();
    expect(await moment.recall("a", async () => "a")).to.equal("a");
    expect(await moment.recall("b", async () => "b")).to.equal("b");
  });

  it("is not a failure", async () => {
    const moment = await standstill();
    const failing = moment.recall("key", () => Promise.reject(new Error("away")));
    expect((await rejection(failing)).message).to.equal("away");
    expect(await moment.recall("key", async () => "there")).to.equal("there");
  });

  it("is of an instant that is not before it was asked for", async () => {
    const clock = async () =>
      (await db.pool.query("SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now")).rows[0]
        .now;
    const asked = Number(await clock());
    const { at } = await standstill();
    expect(at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(Date.parse(at)).to.be.at.least(Math.floor(asked));
  });
});
