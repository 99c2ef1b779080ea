import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { chromiumPath, openPage, startBrowser } from "../support/browser.ts";
import { addCall } from "../support/calls.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addPerson } from "../support/people.ts";
import { addDeal } from "../support/sales.ts";
import { startWeb, type WebServer } from "../support/web.ts";

/** What a manager does before the first meeting, from the number that fell to the paper for the meeting. */
describe("a manager's morning", function () {
  this.timeout(180_000);
  let db: TestDatabase;
  let web: WebServer;
  let browser: Browser;

  before(async function () {
    const executable = chromiumPath();
    if (!executable) return this.skip();
    db = await createTestDatabase();
    await db.pool.query("SELECT crm.generate_fiscal_periods(1, 2025, 2027)");
    const mira = await addAccount(db.pool, "Mira");
    await addAccount(db.pool, "Otto", "Finance");
    const [ann, bob] = await Promise.all(
      ["Ann", "Bob"].map((name) => addPerson(db.pool, name, { manager_user_id: mira })),
    );
    // Ann won more in this quarter than in the last; Bob fell from 9,000 to 1,500.50.
    for (const [owner, close, amount] of [
      [ann, "2026-08-03", "1000"],
      [ann, "2026-11-03", "4000"],
      [bob, "2026-08-04", "9000"],
      [bob, "2026-11-04", "1000.25"],
      [bob, "2026-11-05", "500.25"],
    ] as const) {
      const deal = await addDeal(db.pool, { owner: owner as string, close, amount });
      const rep = owner as string;
      await addCall(db.pool, { rep, deal, at: `${close}T08:00:00Z`, scores: { call_score: 6 } });
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

  const signIn = async (page: Page, name: string) => {
    await page.getByLabel("E-mail address").fill(emailOf(name));
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  const figure = (page: Page, key: string) =>
    page.locator(`[data-section=summary] .figure[data-key=${key}]`).getAttribute("value");
  const at = (page: Page, slug: string) => page.waitForURL(`**/reports/${slug}?*`);

  it("goes from a number that fell to its rep, deals and calls, to somebody else, and to paper", async () => {
    const { page, complaints, close } = await openPage(browser, { width: 1440 });
    await page.goto(`${web.url}/sign-in`);
    await signIn(page, "Mira");
    await page.waitForURL("**/reports");
    await page.getByRole("link", { name: "Sales dashboard" }).first().click();
    await page.waitForURL("**/reports/sales-dashboard");
    expect(await figure(page, "won_change")).to.equal("-0.449950");
    expect(await page.locator(".figure[data-key=won_change]").getAttribute("class")).to.include(
      "bad",
    );

    // Who fell most stands first when the table is sorted by the change, from the lowest.
    await page.getByRole("link", { name: "Sort by Change" }).click();
    await at(page, "sales-dashboard");
    await page.getByRole("link", { name: "Sort by Change" }).click();
    await page.waitForURL("**sort=won_change**");
    const first = page.locator("[data-section=reps] tbody tr").first();
    expect(await first.locator("th").innerText()).to.match(/^Bob/);
    const won = await first.locator("data[data-key=won_amount]").getAttribute("value");
    await first.locator("a:has(data[data-key=won_amount])").click();
    await at(page, "opportunities");
    expect(Number(await figure(page, "amount"))).to.equal(Number(won));
    expect(await page.locator("[data-section=deals] tbody tr").count()).to.equal(2);
    await page.goBack();
    await page.waitForURL("**sort=won_change**");

    // The rep alone: the filter stays with the reports that know it.
    await first.getByRole("link", { name: "Bob" }).click();
    await page.waitForURL("**owner=**");
    const owner = new URL(page.url()).searchParams.get("owner");
    await page.goto(`${web.url}/reports/rep-weekly-scores?owner=${owner}`);
    const week = page.locator("[data-section=weeks] tbody tr").first();
    const calls = await week.locator("data[data-key=call_count]").getAttribute("value");
    await week.locator("a:has(data[data-key=call_count])").click();
    await at(page, "conversations");
    expect(await page.locator("[data-section=calls] tbody tr").count()).to.equal(Number(calls));

    await page.locator(".share summary").click();
    await page.getByRole("button", { name: "Make a link" }).click();
    const address = await page.locator("code.secret").innerText();
    const calm = complaints.filter((one) => !one.includes("/changes?"));
    expect(calm).to.deep.equal([]);

    const other = await openPage(browser, { width: 390 });
    await other.page.goto(address);
    await signIn(other.page, "Otto");
    await other.page.waitForURL(address);
    expect(await other.page.locator(".band").innerText()).to.match(
      /^Shared by Mira, with the rows that Mira sees/,
    );
    expect(await other.page.locator("[data-section=calls] tbody tr").count()).to.equal(
      Number(calls),
    );
    await other.close();

    await page.goto(`${web.url}/reports/sales-dashboard?owner=${owner}`);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".filters").isVisible()).to.equal(false);
    expect(await page.locator(".paper").innerText()).to.match(/Owner\s+Bob/);
    const paper = await page.pdf({ format: "A4", landscape: true });
    expect(paper.subarray(0, 5).toString()).to.equal("%PDF-");
    await close();
  });
});
