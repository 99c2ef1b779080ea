import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { martNames } from "../support/marts.ts";
import { runTidemark } from "../support/tidemark.ts";

describe("refresh and status", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.drop());

  const run = (...args: string[]) => runTidemark(args, { DATABASE_URL: db.url });

  it("say that nothing is filled, fill it, and say so", async () => {
    expect((await run("status")).stdout).to.match(/^sales_dashboard +never filled/m);
    const refreshed = await run("refresh");
    expect(refreshed.code).to.equal(0);
    const names = await martNames(db.pool);
    expect(refreshed.stdout.match(/refreshed in/g)).to.have.length(names.length);
    const { code, stdout } = await run("status", "--json");
    expect(code).to.equal(0);
    const marts: Record<string, unknown>[] = JSON.parse(stdout);
    expect(marts.map(({ mart }) => mart)).to.have.members(names);
    expect(marts.every(({ last_status }) => last_status === "succeeded")).to.equal(true);
  });

  it("refresh one mart and what is computed from it", async () => {
    const { stdout } = await run("refresh", "signal_outcomes");
    expect(stdout).to.match(/^signal_outcomes: .*\nsignal_cut_points: .*\n$/);
  });

  it("name the marts that there are when asked for another", async () => {
    const { code, stderr } = await run("refresh", "sales");
    expect(code).to.equal(1);
    expect(stderr).to.match(
      /^tidemark: There is no mart "sales"; there are (.*, )?rep_weekly_scores, .*\n$/,
    );
  });

  it("end with an error when a mart fails, after the others", async () => {
    await db.pool.query("DROP INDEX mart.signal_outcomes_key");
    const { code, stdout, stderr } = await run("refresh");
    expect(code).to.equal(1);
    expect(stdout).to.match(/^sales_dashboard: refreshed/m);
    expect(stdout).to.match(/^signal_cut_points: skipped, because it reads signal_outcomes/m);
    expect(stderr).to.match(/^tidemark: Mart signal_outcomes was not refreshed: .*\n$/);
    expect((await run("status")).stdout).to.match(/^signal_outcomes .*failed/m);
  });
});
