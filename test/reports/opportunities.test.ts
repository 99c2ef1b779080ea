import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { readReport, sectionOf } from "../support/report.ts";
import { startWeb, type WebServer } from "../support/web.ts";

describe("the list of deals", () => {
  let db: TestDatabase;
  let web: WebServer;

  before(async () => {
    db = await createTestDatabase();
    await db.pool.query(`
      INSERT INTO crm.companies (name) VALUES ('Acme');
      INSERT INTO crm.opportunities (name, company_id, amount, stage, close_date, created_at)
      SELECT
        'Deal ' || n, companies.id, n,
        (ARRAY['Prospecting', 'Closed Won', 'Closed Lost', 'Negotiation/Review'])[1 + n % 4]::crm.opportunity_stage,
        CASE WHEN n % 9 > 0 OR n % 4 IN (1, 2) THEN DATE '2026-10-01' + n % 83 END,
        '2026-09-01T12:00:00Z'
      FROM crm.companies, generate_series(1, 450) AS n`);
    await refreshMarts(db.pool);
    // Some are in no sum yet.
    await db.pool.query("UPDATE crm.opportunities SET close_date = '2026-11-30' WHERE amount < 30");
    web = await startWeb(db.pool);
  });
  after(async () => {
    await web.close();
    await db.drop();
  });

  const ids = (rows: readonly Record<string, unknown>[]) => rows.map((row) => row.opportunity_id);
  const pagesOf = async (query: string) => {
    const found: unknown[] = [];
    for (let page = 1; ; page++) {
      const data = await readReport(db.pool, "opportunities", `${query}&page=${page}`);
      const { rows } = sectionOf(data, "deals");
      found.push(...ids(rows));
      const rowCount = data.sections.find(({ section }) => section.key === "deals")?.rowCount;
      if (rows.length === 0 || found.length >= Number(rowCount)) return { found, rowCount };
    }
  };

  for (const deals of ["due", "closed", "won", "open", "overdue", "undated", "created", "forecast"])
    it(`turns page by page through all that are ${deals}, none twice and none left out`, async () => {
      for (const period of ["all", "2026-10-01..2026-12-31"]) {
        const query = `deals=${deals}&period=${period}`;
        const response = await web.get(`/reports/opportunities.json?${query}`);
        const whole = ids((await response.json()) as Record<string, unknown>[]);
        const { found, rowCount } = await pagesOf(query);
        expect(found, query).to.deep.equal(whole);
        expect(rowCount, query).to.equal(whole.length);
      }
    });

  it("stays in the order that a reader asks for, and totals all rows on every page", async () => {
    const data = await readReport(db.pool, "opportunities", "period=all&sort=-amount&page=3");
    const { rows, total } = sectionOf(data, "deals");
    expect(rows[0]?.amount).to.equal("250.0000");
    expect(total).to.include({ opportunity_name: "All 450 deals", amount: "101475.0000" });
    expect((await web.get("/reports/opportunities?page=9")).status).to.equal(200);
    const refused = await web.get("/reports/opportunities.csv?page=2");
    expect(refused.status).to.equal(400);
    expect(await (await web.get("/reports/opportunities?sort=mood")).text()).to.include(
      "no column",
    );
  });
});
