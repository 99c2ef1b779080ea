import { expect } from "chai";
import { chromiumPath } from "../support/browser.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { pdfLetters } from "../support/pdf-letters.ts";
import { addSales } from "../support/sales.ts";
import { startWeb, type WebServer } from "../support/web.ts";

describe("a report on paper", function () {
  this.timeout(120_000);
  let db: TestDatabase;
  let web: WebServer;

  before(async function () {
    if (!chromiumPath()) {
      console.warn("      no Chromium: install it or set CHROMIUM_PATH");
      return this.skip();
    }
    db = await createTestDatabase();
    await addSales(db.pool);
    await refreshMarts(db.pool);
    web = await startWeb(db.pool);
  });
  after(async () => {
    await web?.close();
    await db?.drop();
  });

  const PATH = "/reports/sales-dashboard.pdf?period=2026-10-01..2026-11-30";

  it("is a PDF of the page, under the name of the report and its period", async () => {
    const response = await web.get(PATH);
    expect(response.status).to.equal(200);
    expect(response.headers.get("content-type")).to.equal("application/pdf");
    expect(response.headers.get("content-disposition")).to.match(
      /^attachment; filename="sales-dashboard 1 Oct to 30 Nov 2026 to date \d{4}-\d\d-\d\d\.pdf"$/,
    );
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(0, 5).toString()).to.equal("%PDF-");
    // A page with its charts takes more than words do.
    expect(bytes.length).to.be.greaterThan(30_000);
    const letters = pdfLetters(bytes);
    expect(letters).to.include("Salesdashboard").and.include("Bywonrevenue.");
    // What nobody can do on paper.
    expect(letters).not.to.include("Anameshows");
    expect(bytes.toString("latin1")).not.to.include("tidemark.invalid");
    const { rows } = await db.pool.query(
      "SELECT subject, details FROM ops.audit_events WHERE kind = 'export' ORDER BY id DESC LIMIT 1",
    );
    expect(rows[0]).to.deep.include({ subject: "sales-dashboard" });
    expect(rows[0].details).to.include({ format: "pdf", complete: true });
  });

  it("is not printed again while nothing has changed", async () => {
    const tag = (await web.get(PATH)).headers.get("etag") ?? "";
    const again = await web.get(PATH, { headers: { "If-None-Match": tag } });
    expect(again.status).to.equal(304);
    const page = await web.get(PATH.replace(".pdf", ""), { headers: { "If-None-Match": tag } });
    expect(page.status).to.equal(200);
  });

  it("is offered on the page, and refuses what the page refuses", async () => {
    expect(await (await web.get("/reports/sales-dashboard")).text()).to.include(
      'href="/reports/sales-dashboard.pdf"',
    );
    expect((await web.get("/reports/sales-dashboard.pdf?period=never")).status).to.equal(400);
    expect((await web.get("/reports/ghost.pdf")).status).to.equal(404);
  });

  it("says what is missing where there is no Chromium, and is not offered there", async () => {
    const other = await startWeb(db.pool, { chromium: "/nowhere/chromium" });
    try {
      const response = await other.get(PATH, { headers: { Accept: "application/json" } });
      expect(response.status).to.equal(501);
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      expect(error.code).to.equal("no_chromium");
      expect(error.message).to.include("TIDEMARK_CHROMIUM").and.not.include("/nowhere");
      expect(await (await other.get("/reports/sales-dashboard")).text()).not.to.include(".pdf");
    } finally {
      await other.close();
    }
  });
});
