import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { readRows, refreshMarts } from "../support/marts.ts";
import { addWorld, idOf } from "./support/world.ts";

/** All that one person does in a day. */
const WORK = `
  UPDATE crm.opportunities SET amount = amount + 1 WHERE owner_user_id = PERSON;
  UPDATE crm.conversations SET started_at = started_at + interval '1 hour' WHERE rep_user_id = PERSON;
  UPDATE crm.activities SET completed_at = activity_date WHERE owner_user_id = PERSON;
  UPDATE crm.leads SET industry = 'Energy' WHERE owner_user_id = PERSON;
  UPDATE crm.cases SET priority = 'High' WHERE owner_user_id = PERSON`;

describe("a read of one person's rows", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase();
    await addWorld(db.pool);
    await refreshMarts(db.pool);
    await db.pool.query(WORK.replaceAll("PERSON", idOf("rep", 1)));
  });
  after(() => db.drop());

  /** What the plan says of the function that recomputes a mart's keys. */
  async function recomputingFor(person: string, { mart, owner }: { mart: string; owner: string }) {
    const plan = await readRows(
      db.pool,
      `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) SELECT * FROM reporting.${mart} WHERE ${owner} = ${person}`,
    );
    return plan.map((line) => line["QUERY PLAN"]).find((line) => line.includes(`on ${mart}_of`));
  }

  it("recomputes what changed of theirs, and nothing of anybody else's", async () => {
    const { rows: marts } = await db.pool.query(
      // Its rows say who had a deal when: those of one deal may be several people's.
      "SELECT mart, key_columns[1] AS owner FROM mart.live_marts WHERE mart <> 'pipeline_history' ORDER BY mart",
    );
    expect(marts).to.have.length.above(7);
    for (const mart of marts) {
      expect(await recomputingFor(idOf("rep", 1), mart), mart.mart).to.match(/loops=[1-9]/);
      expect(await recomputingFor(idOf("rep", 2), mart), mart.mart).to.match(/never executed/);
    }
  });
});
