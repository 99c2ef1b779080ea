import { expect } from "chai";
import { foldMart } from "../../src/marts/fold.ts";
import { addCall } from "../support/calls.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts, setTimeZone } from "../support/marts.ts";
import { compareMarts } from "./support/comparison.ts";

describe("a rep's week", () => {
  let db: TestDatabase;

  beforeEach(async () => {
    db = await createTestDatabase();
  });
  afterEach(() => db.drop());

  const compare = async () => {
    const [week] = await compareMarts(db.pool, "rep_weekly_scores");
    return { rows: week?.rowCount, differences: week?.differences };
  };

  // Clocks went from 01:00 back to 00:00 on a Monday: the first hour of that week came twice.
  for (const [zone, first, second] of [
    ["Asia/Jerusalem", "2002-10-06T21:30:00Z", "2002-10-06T22:30:00Z"],
    ["Antarctica/Vostok", "2023-12-17T17:30:00Z", "2023-12-17T19:30:00Z"],
  ] as const) {
    it(`has all its hours where clocks went back over its beginning: ${zone}`, async () => {
      await setTimeZone(db.pool, zone);
      await refreshMarts(db.pool);
      await addCall(db.pool, { at: first, scores: { sentiment: 1 } });
      await addCall(db.pool, { at: second, scores: { sentiment: 3 } });
      expect(await compare()).to.deep.equal({ rows: 1, differences: [] });
      await foldMart(db.pool, "rep_weekly_scores");
      expect(await compare()).to.deep.equal({ rows: 1, differences: [] });
    });
  }
});
