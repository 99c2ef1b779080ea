import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runTidemark } from "../support/tidemark.ts";

describe("migrate up", () => {
  let database: TestDatabase;
  const zone = async () =>
    (await database.pool.query("SELECT ops.business_time_zone() AS zone")).rows[0].zone;
  const up = (timeZone: string) =>
    runTidemark(["migrate", "up"], { DATABASE_URL: database.url, TIDEMARK_TIME_ZONE: timeZone });

  before(async () => {
    database = await createTestDatabase({ migrated: false });
  });
  after(() => database.drop());

  it("gives a new database the business settings, which an import needs before anything is served", async () => {
    expect((await up("Asia/Kolkata")).code).to.equal(0);
    expect(await zone()).to.equal("Asia/Kolkata");
  });

  it("leaves a change of them to serve, which refreshes what depends on them", async () => {
    expect((await up("Europe/Berlin")).code).to.equal(0);
    expect(await zone()).to.equal("Asia/Kolkata");
  });
});
