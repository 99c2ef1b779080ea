import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { chromiumPath, type Look, openPage, startBrowser } from "../support/browser.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addSales } from "../support/sales.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const NORTH = "**/reports/sales-dashboard?period=this_year&team=North";

describe("views and share links in a browser", function () {
  this.timeout(180_000);
  let db: TestDatabase;
  let web: WebServer;
  let browser: Browser;

  before(async function () {
    const executable = chromiumPath();
    if (!executable) return this.skip();
    db = await createTestDatabase();
    await addSales(db.pool);
    await addAccount(db.pool, "Ada", "Administrator");
    await addAccount(db.pool, "Guest", null);
    await refreshMarts(db.pool);
    web = await startWeb(db.pool);
    browser = await startBrowser(executable);
  });
  after(async () => {
    await browser?.close();
    await web?.close();
    await db?.drop();
  });

  async function asSomebody(look: Look, work: (page: Page) => Promise<void>) {
    const { page, complaints, close } = await openPage(browser, look);
    try {
      await work(page);
      // What a page hears of changes through ends when somebody goes on.
      expect(complaints.filter((one) => !one.includes("/changes?"))).to.deep.equal([]);
    } finally {
      await close();
    }
  }
  const signIn = async (page: Page, name: string) => {
    await page.getByLabel("E-mail address").fill(emailOf(name));
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  const FITS = "document.documentElement.scrollWidth <= innerWidth";

  for (const look of [
    { width: 1440, scripts: false },
    { width: 390, scheme: "dark" },
  ] as const)
    it(`lead from a view to the start page to another person, at ${look.width}`, async () => {
      await db.pool.query("DELETE FROM ops.saved_views; DELETE FROM ops.sessions");
      let address = "";
      await asSomebody(look, async (page) => {
        await page.goto(`${web.url}/sign-in`);
        await signIn(page, "Ada");
        await page.waitForURL("**/reports");
        await page.goto(`${web.url}/reports/sales-dashboard?period=this_year&team=North`);
        await page.locator(".views summary").click();
        expect(await page.evaluate(FITS)).to.equal(true);
        await page.getByLabel("Save these filters as").fill("The north");
        await page.getByRole("button", { name: "Save this view" }).click();
        await page.waitForURL(NORTH);
        await page.getByText("The north", { exact: true }).first().click();
        await page.getByRole("button", { name: "Begin with this" }).click();
        await page.waitForURL(NORTH);

        await page.goto(web.url);
        await page.waitForURL(NORTH);
        await page.locator(".share summary").click();
        expect(await page.evaluate(FITS)).to.equal(true);
        await page.getByLabel("These dates: 1 Jan to 31 Dec 2026").check();
        await page.getByLabel("It opens").selectOption("for a day");
        await page.getByRole("button", { name: "Make a link" }).click();
        address = await page.locator("code.secret").innerText();
      });
      await asSomebody(look, async (page) => {
        await page.goto(address);
        await page.waitForURL("**/sign-in?next=*");
        await signIn(page, "Guest");
        await page.waitForURL(address);
        expect(await page.locator(".band").innerText()).to.match(
          /^Shared by Ada, with the rows that Ada sees, until /,
        );
        expect(await page.locator(".fixed .pill.set").allInnerTexts()).to.deep.equal([
          "Period\n1 Jan to 31 Dec 2026 to date",
          "Team\nNorth",
        ]);
        expect(await page.locator("[data-section=reps] tbody tr").count()).to.equal(1);
        expect(await page.locator("main a[href^='/reports']").count()).to.equal(0);
        expect(await page.evaluate(FITS)).to.equal(true);
      });
    });

  it("say plainly that a link opens nothing", async () => {
    const { page, close } = await openPage(browser, { width: 390 });
    await page.goto(`${web.url}/shared/nothing`);
    await signIn(page, "Guest");
    await page.waitForURL("**/shared/nothing");
    expect(await page.locator("main").innerText()).to.include("This link opens nothing.");
    await close();
  });
});
