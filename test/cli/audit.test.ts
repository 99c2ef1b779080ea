import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addDeal } from "../support/sales.ts";
import { runTidemark } from "../support/tidemark.ts";

describe("audit", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
    await addDeal(db.pool, {});
  });
  after(() => db.drop());

  const run = (...args: string[]) => runTidemark(["audit", ...args], { DATABASE_URL: db.url });

  it("fails where there is nothing to compare yet", async () => {
    const { code, stderr } = await run("sales_dashboard");
    expect([code, stderr]).to.deep.equal([
      1,
      "tidemark: Mart sales_dashboard was not audited: it was never filled; refresh it first (audit_failed)\n",
    ]);
  });

  it("ends well when reports show what the tables say", async () => {
    await refreshMarts(db.pool);
    const { code, stdout, stderr } = await run();
    expect([code, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.match(/^sales_dashboard: no drift, 1 row compared in \d+\.\d s$/m);
    expect(stdout).to.match(/^signal_cut_points: not audited, as of its last refresh$/m);
  });

  it("fails when they do not, and says what to do", async () => {
    await db.pool.query(`
      ALTER TABLE crm.opportunities DISABLE TRIGGER capture_updates;
      UPDATE crm.opportunities SET amount = 7;
      ALTER TABLE crm.opportunities ENABLE TRIGGER capture_updates`);
    const { code, stdout, stderr } = await run("sales_dashboard", "--json");
    expect([code, stderr]).to.deep.equal([
      1,
      "tidemark: Mart sales_dashboard differs from its definition in 2 rows: " +
        'run "npm run tidemark -- refresh sales_dashboard" (drift_found)\n',
    ]);
    const [audit, ...rest] = JSON.parse(stdout);
    expect(rest).to.deep.equal([]);
    expect(audit).to.include({ mart: "sales_dashboard", row_count: 1, drift: 2, error: null });
    expect(audit.audited_at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    await runTidemark(["refresh", "sales_dashboard"], { DATABASE_URL: db.url });
    expect((await run("sales_dashboard")).code).to.equal(0);
  });

  it("names the marts that there are when asked for another", async () => {
    const { code, stderr } = await run("sales");
    expect(code).to.equal(1);
    expect(stderr).to.match(
      /^tidemark: There is no mart "sales"; there are (.*, )?rep_weekly_scores, .* \(unknown_mart\)\n$/,
    );
  });
});
