import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { chromiumPath, type Look, openPage, startBrowser } from "../support/browser.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addSales } from "../support/sales.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const REPORT = "/reports/sales-dashboard?period=this_quarter";

/** How much of the height of the first chart is drawn at a day, and a few pixels beside it. */
const DRAWN_AT = (index: number) => `(() => {
  const canvas = document.querySelector("canvas[data-chart]");
  const { chartArea, scales, currentDevicePixelRatio: ratio } = Chart.getChart(canvas);
  const [top, height] = [chartArea.top, chartArea.bottom - chartArea.top].map((length) => Math.round(length * ratio));
  const { data, width } = canvas.getContext("2d").getImageData(0, top, canvas.width, height);
  const share = (x) => {
    const column = Array.from({ length: height }, (_, y) => data[(y * width + Math.round(x * ratio)) * 4 + 3]);
    return column.filter((byte) => byte > 100).length / height;
  };
  const x = scales.x.getPixelForValue(${index});
  return [Math.max(share(x), share(x + 1)), share(x - 4)];
})()`;

describe("notes in a browser", function () {
  this.timeout(180_000);
  let db: TestDatabase;
  let web: WebServer;
  let browser: Browser;

  before(async function () {
    const executable = chromiumPath();
    if (!executable) return this.skip();
    db = await createTestDatabase();
    await addSales(db.pool);
    await addAccount(db.pool, "Fin", "Finance");
    await refreshMarts(db.pool);
    web = await startWeb(db.pool);
    browser = await startBrowser(executable);
  });
  after(async () => {
    await browser?.close();
    await web?.close();
    await db?.drop();
  });

  async function asFin(look: Look, work: (page: Page) => Promise<void>) {
    const { page, complaints, close } = await openPage(browser, look);
    try {
      await page.goto(`${web.url}/sign-in?next=${encodeURIComponent(REPORT)}`);
      await page.getByLabel("E-mail address").fill(emailOf("Fin"));
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL(`**${REPORT}`);
      await work(page);
      // What a page hears of changes through ends when somebody goes on.
      expect(complaints.filter((one) => !one.includes("/changes?"))).to.deep.equal([]);
    } finally {
      await close();
    }
  }

  for (const look of [
    { width: 1440, scheme: "light" },
    { width: 390, scheme: "dark" },
  ] as const)
    it(`are written from a chart, and drawn on it, at ${look.width}`, async () => {
      await db.pool.query("DELETE FROM crm.annotations");
      await asFin(look, async (page) => {
        // 10 December: after what is won so far, where only the lines of the axis are.
        const [before] = (await page.evaluate(DRAWN_AT(70))) as [number, number];
        expect(before).to.be.below(0.3);
        await page.getByRole("link", { name: "Add a note on a day" }).click();
        await page.locator("#f-day-new").fill("2026-12-10");
        await page.locator("#f-text-new").fill("The new price list counts");
        await page.getByLabel("Who reads it").selectOption("Only me");
        await page.getByRole("button", { name: "Add" }).click();
        await page.waitForURL(`**${REPORT}`);
        const [at, beside] = (await page.evaluate(DRAWN_AT(70))) as [number, number];
        expect(at).to.be.above(0.95);
        expect(beside).to.be.below(0.3);
        const listed = await page.locator(".annotations li").allInnerTexts();
        expect(listed.join()).to.match(/^1 .*2026 The new price list counts Fin, only for you$/);
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).to.equal(
          true,
        );
      });
    });

  it("are read without scripts, too", async () => {
    await asFin({ width: 390, scripts: false }, async (page) => {
      expect(await page.locator(".annotations li").count()).to.equal(1);
      expect(await page.locator(".annotations").isVisible()).to.equal(true);
    });
  });
});
