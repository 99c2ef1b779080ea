import { loadDemo } from "../../src/demo/load.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { businessIn } from "./business.ts";
import { calls } from "./calls.ts";
import { deals } from "./deals.ts";
import { people } from "./people.ts";
import { volumes } from "./volumes.ts";

/** A Thursday in the middle of a quarter. */
const today = "2026-10-15";

describe("the demo's business at scale 1", () => {
  let db: TestDatabase;
  before(async function () {
    this.timeout(180_000);
    db = await createTestDatabase();
    await loadDemo(db.pool, { scale: 1, seed: 1, today });
  });
  after(() => db.drop());

  const business = businessIn(() => db.pool, today);
  describe("volumes", () => volumes(business));
  describe("deals", () => deals(business));
  describe("people", () => people(business));
  describe("calls", () => calls(business));
});
