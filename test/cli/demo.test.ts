import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runTidemark } from "../support/tidemark.ts";

describe("demo", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.drop());

  const demo = (args: readonly string[], timeZone = "America/Chicago") =>
    runTidemark(["demo", ...args], {
      DATABASE_URL: db.url,
      TIDEMARK_TIME_ZONE: timeZone,
      TIDEMARK_LOG_LEVEL: "silent",
    });

  it("says what it does not understand, and writes nothing", async () => {
    for (const args of [
      ["--scale", "big"],
      ["--scale", "0"],
      ["--seed", "1.5"],
      ["--seed", ""],
    ]) {
      const { code, stdout, stderr } = await demo(args);
      expect(code, args.join(" ")).to.equal(2);
      expect(stdout).to.equal("");
      expect(stderr).to.match(/^tidemark: demo: ".*" is not a (scale|seed); .*\(bad_usage\)\n$/);
    }
    expect((await db.pool.query("SELECT FROM crm.companies")).rowCount).to.equal(0);
  });

  it("fills an empty database up to yesterday, and what reports read", async () => {
    const { code, stdout, stderr } = await demo(["--scale", "0.05", "--seed", "3"]);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
    expect(stdout).to.match(/^Demo data loaded in \d+\.\d s\n$/);
    const { rows } = await db.pool.query(`
      SELECT (SELECT count(*) FROM mart.sales_dashboard)::integer AS deals,
        ops.business_time_zone() AS zone, max(changed_at) < now() AS is_past,
        max(changed_at) > now() - interval '6 days' AS is_recent
      FROM crm.opportunity_history`);
    expect(rows).to.deep.equal([
      { deals: 250, zone: "America/Chicago", is_past: true, is_recent: true },
    ]);
  });

  it("refuses a second time, in one line, and leaves the settings that the data follows", async () => {
    const { code, stdout, stderr } = await demo([], "Asia/Tokyo");
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: "" });
    expect(stderr).to.match(/^tidemark: The database holds data already.*\(not_empty\)\n$/);
    const { rows } = await db.pool.query("SELECT ops.business_time_zone() AS zone");
    expect(rows).to.deep.equal([{ zone: "America/Chicago" }]);
  });
});
