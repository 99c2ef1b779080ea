import { expect } from "chai";
import { findMart, listMarts } from "../../src/marts/registry.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { martNames } from "../support/marts.ts";

describe("listMarts", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.drop());

  it("finds the marts, and that the cut points read the outcomes", async () => {
    const marts = await listMarts(db.pool);
    const names = marts.map(({ name }) => name);
    expect(names).to.have.members(await martNames(db.pool));
    expect(names.join(" ")).to.contain("signal_outcomes signal_cut_points");
    expect(marts.flatMap(({ dependsOn }) => dependsOn)).to.deep.equal(["signal_outcomes"]);
    expect(marts.some(({ isPopulated }) => isPopulated)).to.equal(false);
  });

  it("sees through plain views, functions, other schemas, diamonds and names that need quotes", async () => {
    await db.pool.query(`
      CREATE SCHEMA odd;
      CREATE SCHEMA elsewhere;
      CREATE TABLE odd.facts (id int);
      CREATE MATERIALIZED VIEW odd."z Base" AS SELECT id FROM odd.facts;
      CREATE VIEW elsewhere.through AS SELECT id FROM odd."z Base";
      CREATE VIEW odd.through_twice AS SELECT id FROM elsewhere.through WHERE id IN (SELECT id FROM odd.facts);
      CREATE MATERIALIZED VIEW odd.y_left AS SELECT id FROM odd.through_twice;
      CREATE FUNCTION elsewhere.counted() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM odd."z Base"; END;
      CREATE MATERIALIZED VIEW odd.x_right AS SELECT elsewhere.counted() AS n;
      CREATE MATERIALIZED VIEW odd.a_top AS SELECT id FROM odd.y_left, odd.x_right;
      CREATE MATERIALIZED VIEW elsewhere.foreign_one AS SELECT id FROM odd.a_top;
      CREATE MATERIALIZED VIEW odd.alone AS SELECT 1 AS one WITH NO DATA`);
    expect(await listMarts(db.pool, "odd")).to.deep.equal([
      { name: "z Base", isPopulated: true, isLive: false, dependsOn: [] },
      { name: "x_right", isPopulated: true, isLive: false, dependsOn: ["z Base"] },
      { name: "y_left", isPopulated: true, isLive: false, dependsOn: ["z Base"] },
      { name: "a_top", isPopulated: true, isLive: false, dependsOn: ["x_right", "y_left"] },
      { name: "alone", isPopulated: false, isLive: false, dependsOn: [] },
    ]);
  });

  it("names the marts that there are when asked for another", async () => {
    const marts = await listMarts(db.pool);
    expect(findMart(marts, "sales_dashboard").name).to.equal("sales_dashboard");
    expect(() => findMart(marts, "sales")).to.throw(
      `There is no mart "sales"; there are ${(await martNames(db.pool)).join(", ")}`,
    );
  });
});
