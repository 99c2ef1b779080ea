import { expect } from "chai";
import { drillTo } from "../../src/render/drill.ts";
import { loadReports } from "../../src/reports/load.ts";
import { addCall } from "../support/calls.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createFollower } from "../support/drills.ts";
import { refreshMarts } from "../support/marts.ts";
import { sectionOf } from "../support/report.ts";
import { addDeal, addSales } from "../support/sales.ts";
import { addWork } from "../support/work.ts";

const catalogue = await loadReports();

/** Every number of every report that leads somewhere is found again there, and is what the rows there come to. */
describe("the rows behind every number", () => {
  let db: TestDatabase;
  let follower: ReturnType<typeof createFollower>;

  before(async () => {
    db = await createTestDatabase();
    const people = await addSales(db.pool);
    const { ann, bob } = people;
    await addWork(db.pool, people);
    for (const [rep, day, score] of [
      [ann, "2026-11-03", 7.25],
      [ann, "2026-11-12", 6],
      [bob, "2026-11-04", 5],
    ] as const) {
      const deal = await addDeal(db.pool, { owner: rep, close: "2026-11-12" });
      await addCall(db.pool, { rep, deal, at: `${day}T10:00:00Z`, scores: { score } });
    }
    await refreshMarts(db.pool);
    follower = createFollower(db.pool);
  });
  after(() => db.drop());

  for (const [slug, report] of catalogue) {
    if (report.sections.every((section) => Object.keys(section.drills).length === 0)) continue;
    it(`come to that number, in ${slug}`, async () => {
      const owner = report.parameters.includes("owner") ? "&owner=Ann" : "";
      const followed = await follower.follow(slug, "");
      // That what is chosen is chosen there too shows in a third of the numbers.
      followed.push(...(await follower.follow(slug, `period=all${owner}`, 3)));
      followed.push(...(await follower.follow(slug, "period=2026-10-01..2026-11-30", 3)));
      expect(followed, slug).to.have.length.greaterThan(0);
    });
  }

  it("are not offered where they would come to another", async () => {
    const page = await follower.open("/reports/sales-dashboard?period=all");
    const [row] = sectionOf(page, "reps").rows;
    const drill = page.report.sections.find((one) => one.key === "reps")?.drills.won_amount;
    if (!row || !drill) throw new Error("no drill");
    const canonical = new URLSearchParams("signal=score");
    const state = { ...page.state, canonical };
    expect(drillTo(drill, row, { report: page.report, state, catalogue })).to.equal(undefined);
    const none = new Map([...catalogue].filter(([slug]) => slug !== drill.report));
    const { report } = page;
    expect(drillTo(drill, row, { report, state: page.state, catalogue: none })).to.equal(undefined);
  });
});
