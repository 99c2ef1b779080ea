import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { createPasswordLink } from "../../src/access/password-link.ts";
import { createMailer } from "../../src/mail/mailer.ts";
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
import { addPerson } from "../support/people.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const PHONE = 390;
const DESKTOP = 1440;

describe("signing in with a browser", function () {
  this.timeout(180_000);
  let db: TestDatabase;
  let web: WebServer;
  let browser: Browser;
  let ann: string;

  before(async function () {
    const executable = chromiumPath();
    if (!executable) {
      console.warn("      no Chromium: install it or set CHROMIUM_PATH");
      return this.skip();
    }
    db = await createTestDatabase();
    ann = await addAccount(db.pool, "Ann");
    await db.pool.query("INSERT INTO ops.settings (key, value) VALUES ('demo_data', 'true')");
    for (const external_id of ["director-0", "finance-1"])
      await addPerson(db.pool, external_id, { source: "demo", external_id });
    await db.pool.query(
      "INSERT INTO crm.user_roles SELECT users.id, roles.id FROM crm.users, crm.roles WHERE role_name = 'Finance' AND source = 'demo'",
    );
    // Nothing is mailed here: the page is there.
    const mailer = createMailer({ smtpUrl: "smtp://127.0.0.1:1", from: "a@example.com" });
    const publicUrl = new URL("http://reports.example.com");
    web = await startWeb(db.pool, { mail: { mailer, publicUrl } });
    browser = await startBrowser(executable);
  });
  after(async () => {
    await browser?.close();
    await web?.close();
    await db?.drop();
  });

  async function as(look: Look, work: (page: Page) => Promise<void>) {
    const { page, complaints, close } = await openPage(browser, look);
    try {
      await work(page);
      expect(complaints, JSON.stringify(look)).to.deep.equal([]);
    } finally {
      await close();
    }
  }
  const open = (page: Page, path: string) => page.goto(web.url + path);
  const pathOf = (page: Page) => new URL(page.url()).pathname;
  const enter = async (page: Page) => {
    await open(page, "/sign-in");
    await page.getByLabel("E-mail address").fill(emailOf("Ann"));
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/reports");
    await page.waitForLoadState("networkidle");
  };

  it("fits phone and desktop, light and dark, with targets that a thumb hits", async () => {
    const token = await createPasswordLink(db.pool, ann);
    for (const look of LOOKS)
      await as(look, async (page) => {
        const fits = "document.documentElement.scrollWidth <= innerWidth";
        const check = async (path: string) => {
          await open(page, path);
          await inBothSchemes(page, async (scheme) => {
            expect(await page.evaluate(fits), `${path} at ${look.width}, ${scheme}`).to.equal(true);
            for (const target of await page
              .locator("main :is(button, input:not([type=hidden]))")
              .all())
              if (await target.isVisible())
                expect((await target.boundingBox())?.height, path).to.be.at.least(44);
          });
        };
        for (const path of ["/sign-in", "/forgot-password", `/set-password?link=${token}`])
          await check(path);
        await enter(page);
        await check("/account");
      });
  });

  it("takes the keyboard alone, without scripts, and leads where one wanted to go", async () => {
    await as({ width: DESKTOP, scripts: false }, async (page) => {
      await open(page, "/account");
      expect(pathOf(page)).to.equal("/sign-in");
      await page.getByLabel("E-mail address").focus();
      await page.keyboard.type(emailOf("Ann"));
      await page.keyboard.press("Tab");
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press("Enter");
      await page.waitForURL("**/account");
      expect(await page.locator("h1").innerText()).to.equal("Ann");
    });
  });

  it("says what went wrong, and keeps the address that was typed", async () => {
    const { page, close } = await openPage(browser, { width: PHONE });
    await open(page, "/sign-in");
    await page.getByLabel("E-mail address").fill(emailOf("Ann"));
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    expect(await page.getByRole("alert").innerText()).to.include("do not fit");
    expect(await page.getByLabel("E-mail address").inputValue()).to.equal(emailOf("Ann"));
    expect(await page.getByLabel("Password").inputValue()).to.equal("");
    await close();
  });

  it("takes one click in the demo", async () => {
    await as({ width: PHONE }, async (page) => {
      await open(page, "/");
      await page.getByRole("button", { name: "finance-1" }).click();
      await page.waitForURL("**/reports");
    });
  });

  it("ends with a button, after which going back shows nothing", async () => {
    for (const width of [PHONE, DESKTOP])
      await as({ width }, async (page) => {
        await enter(page);
        await open(page, "/reports");
        await open(page, "/account");
        if (width === PHONE) await page.locator(".menu summary").click();
        await page.locator("button:visible", { hasText: /^Sign out$/ }).click();
        await page.waitForURL("**/sign-in");
        await page.goBack();
        expect(pathOf(page), "after going back").to.equal("/sign-in");
      });
  });

  it("lets one change the password, and go on", async () => {
    await as({ width: PHONE }, async (page) => {
      await enter(page);
      await open(page, "/account");
      await page.getByLabel("Present password").fill(PASSWORD);
      await page.getByLabel("New password").fill("another one, as long");
      await page.getByRole("button", { name: "Change password" }).click();
      await page.waitForURL("**/account?done=password");
      expect(await page.getByRole("status").innerText()).to.include("is changed");
    });
  });
});
