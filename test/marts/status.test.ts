import { expect } from "chai";
import { refreshAll } from "../../src/marts/refresh-all.ts";
import { nextRun } from "../../src/marts/schedule.ts";
import { martStatus } from "../../src/marts/status.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { readRows } from "../support/marts.ts";

describe("martStatus", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.drop());

  const of = async (mart: string, now?: Date) =>
    (await martStatus(db.pool, now)).find((one) => one.mart === mart);

  it("knows every mart before its first refresh", async () => {
    expect(await of("sales_dashboard", new Date("2026-03-01T10:01:00Z"))).to.deep.equal({
      mart: "sales_dashboard",
      refreshed_at: null,
      duration_seconds: null,
      row_count: null,
      last_status: null,
      last_error: null,
      next_run_at: "2026-03-01T10:15:00.000Z",
    });
  });

  it("tells the last success from what came after it", async () => {
    await refreshAll(db.pool);
    const before = await of("sales_dashboard");
    expect(before?.refreshed_at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(before).to.include({ row_count: 0, last_status: "succeeded", last_error: null });
    await db.pool.query(
      `INSERT INTO ops.refresh_runs (mart, kind, status, finished_at, error_message, worker)
       VALUES ('sales_dashboard', 'concurrent', 'failed', now(), 'out of order', 'w')`,
    );
    expect(await of("sales_dashboard")).to.include({
      refreshed_at: before?.refreshed_at,
      last_status: "failed",
      last_error: "out of order",
    });
  });

  it("names no next run for a mart that follows another, or whose schedule is off", async () => {
    expect(await of("signal_cut_points")).to.include({ next_run_at: null });
    await db.pool.query(
      "UPDATE ops.refresh_schedule SET is_enabled = false WHERE mart = 'sales_dashboard'",
    );
    expect(await of("sales_dashboard")).to.include({ next_run_at: null });
  });

  it("is what readers see too", async () => {
    const rows = await readRows(db.pool, "SELECT mart, row_count FROM reporting.mart_freshness");
    expect(rows).to.have.length(4);
  });
});

describe("nextRun", () => {
  it("counts in the zone, also across a change of clocks", () => {
    const at = (from: string) =>
      nextRun("30 4 * * *", "America/New_York", new Date(from))?.toISOString();
    expect(at("2026-03-07T12:00:00Z")).to.equal("2026-03-08T08:30:00.000Z");
    expect(at("2026-03-06T12:00:00Z")).to.equal("2026-03-07T09:30:00.000Z");
  });

  it("knows none for an expression that cannot be read", () => {
    expect(nextRun("99 * * * *", "UTC")).to.equal(undefined);
  });
});
