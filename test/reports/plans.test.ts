import { expect } from "chai";
import { EVERYTHING } from "../../src/db/transaction.ts";
import { loadDemo } from "../../src/demo/load.ts";
import { loadReports } from "../../src/reports/load.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { scaleStatistics } from "../support/scaled-statistics.ts";
import { wastefulScans } from "../support/wasteful-scans.ts";

/** The demo's size here; and that of which plans are made, half a million deals. */
const SCALE = 0.2;
const PLANNED_SCALE = 100;
/** A read of fewer rows, of tables of a thousand and more, is not one of most of a table. */
const MANY_ROWS = 500;

const catalogue = await loadReports();

/** As the planner would on a large database, and on rows enough to tell what it reads for nothing. */
describe("the plans of every report", () => {
  let db: TestDatabase;
  let rep: string;
  /** Tables of sums have no indexes: they are read whole, and stay small. */
  let sums: Set<string>;

  before(async function () {
    this.timeout(120_000);
    db = await createTestDatabase();
    const { rows } = await db.pool.query(
      "SELECT current_setting('server_version_num')::integer AS version",
    );
    // Statistics cannot be set before.
    if (rows[0].version < 180_000) return this.skip();
    await loadDemo(db.pool, { scale: SCALE, seed: 1 });
    await refreshMarts(db.pool);
    await scaleStatistics(db.pool, PLANNED_SCALE / SCALE);
    const found = await db.pool.query(
      `SELECT user_id AS id FROM crm.user_roles JOIN crm.roles ON roles.id = role_id
       WHERE role_name = 'Sales Representative'
         AND user_id IN (SELECT owner_user_id FROM crm.opportunities) ORDER BY 1 LIMIT 1`,
    );
    rep = found.rows[0].id;
    const rollups = await db.pool.query("SELECT rollup FROM mart.rollups");
    sums = new Set(rollups.rows.map(({ rollup }) => rollup));
  });
  after(() => db.drop());

  const wasteOf = async (slug: string, viewer: string, query = "") => {
    const report = catalogue.get(slug);
    if (!report) throw new Error(`no report ${slug}`);
    const source = {
      pool: db.pool,
      viewer,
      timeZone: "UTC",
      currency: "USD",
      now: () => new Date(),
      edition: "test",
    };
    const found = await wastefulScans(source, report, new URLSearchParams(query), MANY_ROWS);
    return found.filter(({ relation }) => !sums.has(relation));
  };

  for (const slug of catalogue.keys())
    it(`read no table for nothing, in ${slug}`, async () => {
      expect(await wasteOf(slug, EVERYTHING), "for whoever sees all").to.deep.equal([]);
      expect(await wasteOf(slug, rep), "for a rep").to.deep.equal([]);
    });

  it("would say so, where an index is missing", async () => {
    await db.pool.query("DROP INDEX mart.pipeline_history_gap_idx");
    const waste = await wasteOf("pipeline-forecast", EVERYTHING);
    expect(waste.map(({ relation }) => relation)).to.include("pipeline_history");
  });
});
