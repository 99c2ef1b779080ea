import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { chromiumPath, openPage, startBrowser } from "../support/browser.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addSales, type Sales } from "../support/sales.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const PAGE = "/reports/sales-dashboard";

describe("an open page in a browser", function () {
  this.timeout(120_000);
  let db: TestDatabase;
  let web: WebServer;
  let browser: Browser;
  let sales: Sales;
  let anna: string;

  before(async function () {
    const executable = chromiumPath();
    if (!executable) {
      console.warn("      no Chromium: install it or set CHROMIUM_PATH");
      return this.skip();
    }
    db = await createTestDatabase();
    sales = await addSales(db.pool);
    anna = await addAccount(db.pool, "Anna", "Administrator");
    await refreshMarts(db.pool);
    web = await startWeb(db.pool, { openPages: { lookEveryMs: 100, restMs: 0, beatEveryMs: 500 } });
    browser = await startBrowser(executable);
  });
  after(async () => {
    await browser?.close();
    await web?.close();
    await db?.drop();
  });

  let noted: string[] = [];
  interface Opened {
    page: Page;
    /** What the page has asked for by itself, such as `GET 200 /reports/…`. */
    asked: string[];
    complaints: string[];
  }
  /** Signs in, opens the dashboard, and waits until it listens. */
  async function onPage(work: (opened: Opened) => Promise<void>) {
    const { page, complaints, close } = await openPage(browser, { width: 1440 });
    noted = complaints;
    try {
      await page.goto(`${web.url}/sign-in`);
      await page.getByLabel("E-mail address").fill(emailOf("Anna"));
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL("**/reports");
      const asked: string[] = [];
      page.on("response", (answer) => {
        const request = answer.request();
        if (["fetch", "eventsource"].includes(request.resourceType()))
          asked.push(`${request.method()} ${answer.status()} ${new URL(answer.url()).pathname}`);
      });
      await page.goto(web.url + PAGE);
      await until(() => asked.includes(`GET 200 ${PAGE}/changes`));
      await page.evaluate("window.isSame = true");
      await work({ page, asked, complaints });
    } finally {
      await close();
    }
  }
  async function until(isSo: () => unknown, patienceMs = 20_000) {
    const end = performance.now() + patienceMs;
    while (!(await isSo())) {
      if (performance.now() > end) throw new Error(`never: ${isSo}; ${noted}`);
      await delay(20);
    }
  }
  const figure = (page: Page) => page.locator(".figure").first().innerText();
  const addToDeals = (amount: number) =>
    db.pool.query(
      "UPDATE crm.opportunities SET amount = amount + $1 WHERE amount IS NOT NULL AND stage = 'Closed Won'",
      [amount],
    );
  const isSame = (page: Page) => page.evaluate("window.isSame === true");
  /** Nobody sees the page, or somebody does again. */
  const setHidden = (page: Page, isHidden: boolean) =>
    page.evaluate(`
      Object.defineProperty(document, "hidden", { value: ${isHidden}, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"))`);

  it("shows what has changed, and leaves alone what somebody is doing", async () => {
    await onPage(async ({ page, asked, complaints }) => {
      const before = await figure(page);
      const chart = () =>
        page.evaluate(
          `JSON.stringify(Chart.getChart(document.querySelector("canvas")).data.datasets[0].data)`,
        );
      const drawn = await chart();
      await page.locator(".definitions summary").first().click();
      await page.locator(".numbers summary").first().click();
      const period = page.locator(".pill").first();
      await period.locator("summary").click();
      await period.locator("input[name=from]").fill("2026-07-01");
      await period.locator("input[name=to]").focus();
      await page.evaluate("scrollTo(0, 120)");
      await addToDeals(1000);
      await until(async () => (await figure(page)) !== before);

      expect(await isSame(page)).to.equal(true);
      expect(await period.getAttribute("open")).to.equal("");
      expect(await period.locator("input[name=from]").inputValue()).to.equal("2026-07-01");
      expect(await page.evaluate("document.activeElement.name")).to.equal("to");
      expect(await page.evaluate("scrollY")).to.equal(120);
      expect(await page.locator(".definitions[open]").count()).to.equal(1);
      expect(await page.locator(".numbers[open]").count()).to.equal(1);
      await until(async () => (await chart()) !== drawn);
      expect(await page.getByRole("status").innerText()).to.match(
        /^Updated \d{1,2}:\d\d( [AP]M)?$/,
      );
      expect(await page.locator(".live").innerText()).to.match(
        /^Live, \d{1,2}:\d\d:\d\d( [AP]M)?$/,
      );
      expect(asked).to.deep.equal([`GET 200 ${PAGE}/changes`, `GET 200 ${PAGE}`]);

      // Choices that were not applied stay, whether or not their panel is open; so does the name of a view.
      await page.keyboard.press("Escape");
      await page.getByText("Views", { exact: true }).click();
      const name = page.getByLabel("Save these filters as");
      await name.fill("Quarter so far");
      await page.locator("h1").click();
      const now = await figure(page);
      await addToDeals(1000);
      await until(async () => (await figure(page)) !== now);
      expect(await period.locator("input[name=from]").inputValue()).to.equal("2026-07-01");
      expect(await name.inputValue()).to.equal("Quarter so far");
      expect(complaints).to.deep.equal([]);
    });
  });

  it("tells as of when it has shown what there is", async () => {
    await onPage(async ({ page, asked, complaints }) => {
      const live = () => page.locator(".live").innerText();
      const before = await live();
      await until(async () => (await live()) !== before);
      expect(asked).to.deep.equal([`GET 200 ${PAGE}/changes`]);
      expect(complaints).to.deep.equal([]);
    });
  });

  it("shows the same as one that is opened now, filters included", async () => {
    await onPage(async ({ page, complaints }) => {
      const before = await figure(page);
      await db.pool.query("UPDATE crm.teams SET name = 'Far North' WHERE name = 'North'");
      await addToDeals(10);
      await until(async () => (await figure(page)) !== before);
      const content = () =>
        page.evaluate(`{
          const main = document.querySelector("main").cloneNode(true);
          for (const one of main.querySelectorAll("canvas, [data-read-in], [role=status]"))
            one.replaceWith(one.dataset.chart ?? "");
          for (const row of main.querySelectorAll("tr[id]")) row.removeAttribute("id");
          main.innerHTML.replaceAll(/\\s+/g, " ")
        }`);
      const updated = await content();
      expect(updated).to.include("Far North");
      expect(complaints).to.deep.equal([]);
      await page.reload();
      expect(updated).to.equal(await content());
    });
  });

  it("keeps the focus on a link whose row moves", async () => {
    await onPage(async ({ page, complaints }) => {
      const rows = page.locator("[data-section=reps] tbody tr");
      const order = async () =>
        (await rows.allInnerTexts()).map((text) => text.trim().split(/\s/)[0]);
      const before = await order();
      const last = rows.last().locator("a").first();
      const name = await last.innerText();
      await last.focus();
      const owner = name.startsWith("Ann")
        ? sales.ann
        : name.startsWith("Bob")
          ? sales.bob
          : sales.cyd;
      await db.pool.query(
        "UPDATE crm.opportunities SET owner_user_id = $1 WHERE stage = 'Closed Won'",
        [owner],
      );
      await until(async () => (await order()).join() !== before.join());
      expect(await page.evaluate("document.activeElement.innerText")).to.equal(name);
      expect(await rows.first().locator("a").first().innerText()).to.equal(name);
      expect(complaints).to.deep.equal([]);
    });
  });

  it("asks for nothing while nobody sees it, and once when somebody does again", async () => {
    await onPage(async ({ page, asked, complaints }) => {
      const before = await figure(page);
      const hungUp = page.waitForEvent("requestfailed", (request) =>
        request.url().includes("/changes"),
      );
      await setHidden(page, true);
      await hungUp;
      for (let round = 0; round < 3; round += 1) await addToDeals(1);
      const sofar = asked.length;
      await setHidden(page, false);
      await until(async () => (await figure(page)) !== before);
      expect(asked.slice(sofar)).to.deep.equal([`GET 200 ${PAGE}/changes`, `GET 200 ${PAGE}`]);
      expect(complaints).to.deep.equal([]);
    });
  });

  it("can be paused, also for the next time, and resumed", async () => {
    await onPage(async ({ page, asked }) => {
      await page.getByRole("button", { name: "Pause updates" }).click();
      expect(await page.getByRole("status").innerText()).to.equal("Updates paused");
      await page.reload();
      const before = await figure(page);
      const sofar = asked.length;
      await addToDeals(100);
      const resume = page.getByRole("button", { name: "Resume updates" });
      await resume.waitFor();
      expect([await figure(page), asked.length]).to.deep.equal([before, sofar]);
      await resume.click();
      await until(async () => (await figure(page)) !== before);
      expect(await page.getByRole("status").innerText()).to.match(/^Updated /);
    });
  });

  it("connects again when the connection is lost", async () => {
    await onPage(async ({ page }) => {
      const before = await figure(page);
      web.dropConnections();
      await addToDeals(100);
      await until(async () => (await figure(page)) !== before);
      expect(await isSame(page)).to.equal(true);
    });
  });

  it("gives up when its person has signed out elsewhere", async () => {
    await onPage(async ({ page, asked }) => {
      await db.pool.query("DELETE FROM ops.sessions");
      await page.locator("[data-updates]").waitFor({ state: "hidden" });
      expect(asked.slice(1)).to.deep.equal([`GET 401 ${PAGE}/changes`, `HEAD 401 ${PAGE}/changes`]);
      await setHidden(page, true);
      await setHidden(page, false);
      expect(asked).to.have.length(3);
    });
  });

  it("is loaded anew when what surrounds it is another, once nobody is busy with it", async () => {
    await onPage(async ({ page, asked }) => {
      await page.locator(".pill summary").first().click();
      await db.pool.query("UPDATE crm.users SET last_name = 'Lee' WHERE id = $1", [anna]);
      await until(() => asked.includes(`GET 200 ${PAGE}`));
      expect(await isSame(page)).to.equal(true);
      await page.keyboard.press("Escape");
      await page.locator("h1").click();
      await page.evaluate("document.activeElement.blur()");
      await page.locator(".side .name", { hasText: "Anna Lee" }).first().waitFor();
      expect(await isSame(page)).to.equal(false);
    });
  });
});
