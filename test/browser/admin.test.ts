import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import {
  chromiumPath,
  inBothSchemes,
  LOOKS,
  type Look,
  openPage,
  startBrowser,
} from "../support/browser.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addSales } from "../support/sales.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const LONG = "Anneliese-Margarethe von der Hohenzollern-Sigmaringen";

/** What keeps a page from being used by everybody; nothing when it can. */
const OBJECTIONS = `(() => {
  const shown = (one) => one.getClientRects().length > 0;
  const name = (one) => one.outerHTML.slice(0, 90);
  const fields = [...document.querySelectorAll("input:not([type=hidden]), select")];
  const buttons = [...document.querySelectorAll("main button, main .button, main .sections a")];
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const target = (one) => one.closest("label.tick") ?? one;
  return [
    ...(document.querySelectorAll("h1").length === 1 ? [] : ["not one h1"]),
    ...(document.documentElement.scrollWidth <= innerWidth ? [] : ["scrolls sideways"]),
    ...fields.filter((one) => one.labels.length === 0).map((one) => "no label: " + name(one)),
    ...buttons.filter((one) => one.innerText.trim() === "").map((one) => "no name: " + name(one)),
    ...[...fields, ...buttons].filter(shown)
      .filter((one) => target(one).getBoundingClientRect().height < 43.5)
      .map((one) => "small: " + name(one)),
    ...ids.filter((id, n) => ids.indexOf(id) !== n).map((id) => "twice: " + id),
    ...[...document.querySelectorAll("[aria-describedby], [aria-labelledby]")]
      .filter((one) => !document.getElementById(
        one.getAttribute("aria-describedby") ?? one.getAttribute("aria-labelledby")))
      .map((one) => "points nowhere: " + name(one)),
  ];
})()`;

describe("the administration in a browser", function () {
  this.timeout(180_000);
  let db: TestDatabase;
  let web: WebServer;
  let browser: Browser;
  let ann: string;

  before(async function () {
    const executable = chromiumPath();
    if (!executable) return this.skip();
    db = await createTestDatabase();
    ({ ann } = await addSales(db.pool));
    await db.pool.query("UPDATE crm.users SET last_name = $2, email = $3 WHERE id = $1", [
      ann,
      LONG,
      `${LONG.replaceAll(" ", ".")}@a-rather-long-company-name.example.com`,
    ]);
    await db.pool.query("INSERT INTO crm.teams (name) VALUES ($1)", [LONG]);
    await addAccount(db.pool, "Ada", "Administrator");
    await refreshMarts(db.pool);
    web = await startWeb(db.pool);
    browser = await startBrowser(executable);
  });
  after(async () => {
    await browser?.close();
    await web?.close();
    await db?.drop();
  });

  async function asAda(look: Look, work: (page: Page) => Promise<void>) {
    const { page, complaints, close } = await openPage(browser, { scripts: false, ...look });
    try {
      await page.goto(`${web.url}/sign-in`);
      await page.getByLabel("E-mail address").fill(emailOf("Ada"));
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL("**/reports");
      await work(page);
      const known = /status of 400|^failed: /;
      expect(complaints.filter((one) => !known.test(one))).to.deep.equal([]);
    } finally {
      await close();
    }
  }

  it("has one heading, labels and large enough targets, on phone and desktop, light and dark", async () => {
    const paths = ["", "/users", "/users?search=x", "/users/new", `/users/${ann}`, "/teams"];
    for (const look of LOOKS)
      await asAda(look, async (page) => {
        const check = (what: string) =>
          inBothSchemes(page, async (scheme) => {
            const where = `${what} at ${look.width}, ${scheme}`;
            expect(await page.evaluate(OBJECTIONS), where).to.deep.equal([]);
          });
        for (const path of [...paths, "/roles", "/audit", "/audit?to=2001-01-01"]) {
          await page.goto(`${web.url}/admin${path}`);
          await check(path);
        }
        await page.goto(`${web.url}/admin/users/new`);
        await page.getByRole("button", { name: "Add" }).click();
        expect(await page.locator(".problem").count()).to.equal(1);
        await check("refused");
      });
  });

  it("works without scripts, from the menu to a person who can sign in", async () => {
    await asAda({ width: 1440 }, async (page) => {
      const main = page.locator("main");
      await page.getByRole("link", { name: "Administration" }).first().click();
      await main.getByRole("link", { name: "Teams" }).click();
      await page.getByLabel("Name", { exact: true }).fill("Harbour");
      await page.getByRole("button", { name: "Add" }).click();
      await main.getByRole("link", { name: "People" }).click();
      await main.getByRole("link", { name: "Add a person" }).click();
      await page.getByLabel("E-mail address").fill("zoe@example.com");
      await page.getByLabel("First name").fill("Zoe");
      await page.getByLabel("Team", { exact: true }).selectOption("Harbour");
      await page.getByLabel("Finance").check();
      await page.getByRole("button", { name: "Add" }).click();
      expect(await page.getByRole("status").innerText()).to.equal("Added.");
      await page.getByRole("button", { name: "Make a link" }).click();
      const link = await page.getByLabel("The link").inputValue();

      const { page: hers, close } = await openPage(browser, { width: 390, scripts: false });
      await hers.goto(link);
      await hers.locator("input[type=password]").first().fill("a password of her own");
      await hers.locator("main button[type=submit]").click();
      await hers.goto(`${web.url}/sign-in`);
      await hers.getByLabel("E-mail address").fill("zoe@example.com");
      await hers.getByLabel("Password").fill("a password of her own");
      await hers.getByRole("button", { name: "Sign in" }).click();
      await hers.waitForURL("**/reports");
      await close();

      await main.getByRole("link", { name: "Audit trail", exact: true }).click();
      await page.getByLabel("Who or whom").fill("zoe");
      await page.getByRole("button", { name: "Filter" }).click();
      const whats = await page.locator(".trail th[scope=row]").allInnerTexts();
      expect(whats.at(-1)).to.equal("Added a person");
      expect(whats).to.include("Signed in");
    });
  });
});
