import { expect } from "chai";
import { drillTo } from "../../src/render/drill.ts";
import { type Catalogue, loadReports } from "../../src/reports/load.ts";
import type { PageData } from "../../src/reports/page.ts";
import { addCall } from "../support/calls.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { sumOf, toPlain } from "../support/decimal.ts";
import { refreshMarts } from "../support/marts.ts";
import { readReport, sectionOf } from "../support/report.ts";
import { addDeal, addSales } from "../support/sales.ts";
import { addWork } from "../support/work.ts";

/** Every number of every report that leads somewhere is found again there, and is what the rows there come to. */
describe("the rows behind every number", () => {
  let db: TestDatabase;
  let catalogue: Catalogue;
  const read = new Map<string, Promise<PageData>>();

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
    catalogue = await loadReports();
  });
  after(() => db.drop());

  const open = (href: string): Promise<PageData> => {
    const found = read.get(href);
    if (found) return found;
    const { pathname, searchParams } = new URL(href, "http://localhost");
    const page = readReport(db.pool, pathname.replace("/reports/", ""), String(searchParams));
    read.set(href, page);
    return page;
  };

  const check = async (slug: string, query: string) => {
    const page = await open(`/reports/${slug}?${query}`);
    let followed = 0;
    for (const { section, rows, total } of page.sections)
      for (const [key, drill] of Object.entries(section.drills)) {
        const behind = (total ? [{ row: total, drill: { ...drill, by: {} } }] : []).concat(
          rows.map((row) => ({ row, drill })),
        );
        for (const { row, drill } of behind) {
          if (row[key] === null || Number(row[key]) === 0) continue;
          const href = drillTo(drill, row, { report: page.report, state: page.state, catalogue });
          if (!href) continue;
          followed += 1;
          const target = await open(href);
          const where = `${slug}?${query} ${section.key}.${key} → ${href}`;
          const [summary] = sectionOf(target, "summary").rows;
          expect(toPlain(summary?.[drill.figure]), where).to.equal(toPlain(row[key]));
          const main = target.sections.find(
            (one) => one.section.kind === "table" && one.section.main,
          );
          const column = main?.section.columns.find((one) => one.key === drill.figure);
          if (main && column?.type === "amount" && main.rowCount === main.rows.length)
            expect(sumOf(main.rows.map((one) => one[drill.figure])), where).to.equal(
              toPlain(row[key]),
            );
        }
      }
    return followed;
  };

  it("come to that number", async () => {
    for (const [slug, report] of catalogue) {
      const drills = report.sections.flatMap((section) => Object.keys(section.drills));
      if (drills.length === 0) continue;
      const owner = report.parameters.includes("owner") ? "&owner=Ann" : "";
      let followed = await check(slug, "");
      followed += await check(slug, `period=all${owner}`);
      followed += await check(slug, "period=2026-10-01..2026-11-30");
      expect(followed, slug).to.be.greaterThan(0);
    }
  });

  it("are not offered where they would come to another", async () => {
    const page = await open("/reports/sales-dashboard?period=all");
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
