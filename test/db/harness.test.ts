import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

describe("the test database", () => {
  let database: TestDatabase;

  before(async () => {
    database = await createTestDatabase();
  });

  after(() => database.drop());

  it("is a copy of the migrated template", async () => {
    const { rows } = await database.pool.query("SELECT to_regclass('ops.migrations') AS history");
    expect(rows[0].history).to.equal("ops.migrations");
  });
});
