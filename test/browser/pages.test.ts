import { expect } from "chai";
import type { Browser } from "playwright-core";
import {
  chromiumPath,
  inBothSchemes,
  LOOKS,
  type Look,
  openPage,
  startBrowser,
} from "../support/browser.ts";
import { addCall } from "../support/calls.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addDeal, addSales } from "../support/sales.ts";
import { startWeb, type WebServer } from "../support/web.ts";
import { addWork } from "../support/work.ts";

const REPORTS = [
  "sales-dashboard",
  "rep-weekly-scores",
  "signal-outcomes",
  "lead-conversion",
  "support-cases",
];
const PHONE = 390;
const DESKTOP = 1440;

describe("pages in a browser", function () {
  this.timeout(180_000);
  let db: TestDatabase;
  let web: WebServer;
  let browser: Browser;

  before(async function () {
    const executable = chromiumPath();
    if (!executable) {
      console.warn("      no Chromium: install it or set CHROMIUM_PATH");
      return this.skip();
    }
    db = await createTestDatabase();
    const people = await addSales(db.pool);
    const { ann, bob } = people;
    await addWork(db.pool, people);
    for (const day of ["02", "09", "16"])
      for (const rep of [ann, bob]) {
        const deal = await addDeal(db.pool, { owner: rep, close: "2026-11-19" });
        const scores = { empathy: Number(day) / 2, pace: 3 };
        await addCall(db.pool, { rep, deal, at: `2026-11-${day}T10:00:00Z`, scores });
      }
    await refreshMarts(db.pool);
    web = await startWeb(db.pool);
    browser = await startBrowser(executable);
  });
  after(async () => {
    await browser?.close();
    await web?.close();
    await db?.drop();
  });

  async function on<T>(
    path: string,
    look: Look,
    work: (page: import("playwright-core").Page) => Promise<T>,
  ) {
    const { page, complaints, close } = await openPage(browser, {
      authorization: web.authorization,
      ...look,
    });
    try {
      const answer = await page.goto(web.url + path);
      expect(answer?.status(), path).to.equal(200);
      const result = await work(page);
      expect(complaints, `${path} ${JSON.stringify(look)}`).to.deep.equal([]);
      return result;
    } finally {
      await close();
    }
  }

  const NEXT_FRAME =
    "new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))";
  /** Nothing makes the page itself scroll sideways. */
  const FITS = "document.documentElement.scrollWidth <= innerWidth";

  it("fit phone and desktop, light and dark, without a complaint", async () => {
    for (const path of ["/reports", "/status", ...REPORTS.map((slug) => `/reports/${slug}`)])
      for (const look of LOOKS)
        await on(path, look, (page) =>
          inBothSchemes(page, async (scheme) => {
            await page.evaluate(NEXT_FRAME);
            expect(await page.evaluate(FITS), `${path} at ${look.width}, ${scheme}`).to.equal(true);
          }),
        );
  });

  it("say when they were read, and of what is not live as of when that is", async () => {
    await on("/reports/signal-outcomes", { width: DESKTOP }, async (page) => {
      const fresh = async () => (await page.locator(".fresh").innerText()).trim();
      expect(await fresh()).to.match(
        /^Live, \d{1,2}:\d\d:\d\d [AP]M; quartile cut points as of (\d+ \w+ \d{4}, )?\d\d:\d\d\b/,
      );
      const before = await fresh();
      // The browser asks with the ETag and hears that nothing has changed: the page is as fresh as that answer.
      const isOlder =
        "new Date().getSeconds() !== Number(document.querySelector('.live').innerText.match(/:([0-9]{2})[^0-9]*$/)[1])";
      while (!(await page.evaluate(isOlder))) await page.waitForTimeout(50);
      const again = page.waitForResponse((response) => response.url().endsWith("/signal-outcomes"));
      await page.goto(`${web.url}/reports/signal-outcomes`);
      expect((await again).headers().etag).to.match(/^W/);
      expect(await fresh()).not.to.equal(before);
    });
  });

  it("draw every chart, and show its numbers on demand", async () => {
    for (const slug of REPORTS)
      await on(`/reports/${slug}`, { width: DESKTOP }, async (page) => {
        const blank = await page.evaluate(`
          [...document.querySelectorAll("canvas[data-chart]")].map((canvas) => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return data.every((byte) => byte === 0);
          })`);
        expect(blank, slug).to.be.an("array").with.length.greaterThan(0).and.not.include(true);
        const numbers = page.locator(".numbers table").first();
        expect(await numbers.isVisible()).to.equal(false);
        await page.locator(".numbers summary").first().click();
        expect(await numbers.isVisible()).to.equal(true);
      });
  });

  it("take other colours when the scheme changes", async () => {
    await on("/reports/sales-dashboard", { width: DESKTOP }, async (page) => {
      const line = () =>
        page.evaluate(
          `Chart.getChart(document.querySelector("canvas")).data.datasets[0].borderColor`,
        );
      const light = await line();
      await page.emulateMedia({ colorScheme: "dark" });
      await page.evaluate(NEXT_FRAME);
      expect(await line()).not.to.equal(light);
      await page.emulateMedia({ media: "print" });
      await page.evaluate(NEXT_FRAME);
      expect(await line(), "on paper").to.equal(light);
    });
  });

  it("are whole without scripts: numbers instead of pictures, filters that filter", async () => {
    for (const slug of REPORTS)
      await on(`/reports/${slug}`, { width: PHONE, scripts: false }, async (page) => {
        expect(await page.locator(".numbers table").first().isVisible(), slug).to.equal(true);
        expect(await page.locator("canvas").first().isVisible(), slug).to.equal(false);
      });
    await on("/reports/sales-dashboard", { width: DESKTOP, scripts: false }, async (page) => {
      await page.getByText("Team All").click();
      await page.getByLabel("North").check();
      await page.locator(".pill[open] button").click();
      expect(new URL(page.url()).search).to.equal("?team=North");
      expect(await page.locator(".pill.set .value").innerText()).to.equal("North");
      expect(await page.locator("[data-section=reps] tbody tr").count()).to.equal(1);
    });
  });

  it("let a period of one's own be typed, on a phone too", async () => {
    await on("/reports/sales-dashboard", { width: PHONE }, async (page) => {
      await page.locator(".pill summary").first().click();
      await page.locator("input[name=from]").fill("2026-07-01");
      await page.locator("input[name=to]").fill("2026-09-30");
      await page.locator(".pill[open] button").click();
      await page.waitForURL("**/sales-dashboard?period=2026-07-01..2026-09-30");
      expect(await page.locator(".figure").first().innerText()).to.equal("$11,999");
      expect(await page.evaluate(FITS)).to.equal(true);
    });
  });

  it("lead from a figure to what it means", async () => {
    await on("/reports/sales-dashboard", { width: DESKTOP }, async (page) => {
      await page.getByRole("link", { name: "Attainment", exact: true }).click();
      const meaning = page.locator("#reps-attainment_rate dd");
      expect(await meaning.isVisible()).to.equal(true);
      expect(await meaning.innerText()).to.include("Won revenue divided by quota");
    });
  });

  it("open every filter within the screen", async () => {
    for (const width of [PHONE, 800, 1200, DESKTOP])
      await on("/reports/sales-dashboard", { width }, async (page) => {
        for (const pill of await page.locator(".pill").all()) {
          await pill.locator("summary").click();
          // Opening is told to the page in a task of its own.
          await page.evaluate(NEXT_FRAME);
          const box = await pill.locator(".panel").boundingBox();
          const where = `${await pill.locator(".name").innerText()} at ${width}`;
          expect(box?.x, where).to.be.at.least(0);
          expect((box?.x ?? 0) + (box?.width ?? 0), where).to.be.at.most(width);
          expect(await page.evaluate(FITS), where).to.equal(true);
          await page.keyboard.press("Escape");
        }
      });
  });

  it("close what is open with Escape", async () => {
    await on("/reports/sales-dashboard", { width: DESKTOP }, async (page) => {
      await page.locator(".pill summary").first().click();
      expect(await page.locator(".pill[open]").count()).to.equal(1);
      await page.keyboard.press("Escape");
      expect(await page.locator(".pill[open]").count()).to.equal(0);
    });
  });
});
