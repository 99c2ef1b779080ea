import axe, { type AxeResults } from "axe-core";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { loadDemo } from "../../src/demo/load.ts";
import { loadReports } from "../../src/reports/load.ts";
import { PASSWORD } from "../support/accounts.ts";
import { chromiumPath, openPage, startBrowser } from "../support/browser.ts";
import { focusBackwards } from "../support/covered-links.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addEverythingRole } from "../support/everything-role.ts";
import { refreshMarts } from "../support/marts.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const LOOKS = [
  { width: 390, scheme: "light" },
  { width: 1440, scheme: "dark" },
] as const;

/** Every page there is, by the rules of WCAG 2.2 AA as far as a program can judge them. */
describe("accessibility", function () {
  this.timeout(600_000);
  let db: TestDatabase;
  let web: WebServer;
  let browser: Browser;
  let email: string;

  before(async function () {
    const executable = chromiumPath();
    if (!executable) {
      console.warn("      no Chromium: install it or set CHROMIUM_PATH");
      return this.skip();
    }
    db = await createTestDatabase();
    await loadDemo(db.pool, { scale: 0.05, seed: 1 });
    await refreshMarts(db.pool);
    email = await addEverythingRole(db.pool);
    web = await startWeb(db.pool, { now: () => new Date() });
    browser = await startBrowser(executable);
  });
  after(async () => {
    await browser?.close();
    await web?.close();
    await db?.drop();
  });

  /** What is wrong on a page, or in a part of it, and where. */
  const complaintsOn = async (page: Page, part = "html"): Promise<string[]> => {
    // The rows of a table are alike, as are the reports of the documentation, and judging takes a millisecond for each element.
    await page.evaluate(
      'for (const one of document.querySelectorAll("tbody tr:nth-child(n + 5), .entry ~ .entry ~ .entry")) one.remove()',
    );
    await page.evaluate(axe.source);
    const { violations } = (await page.evaluate(
      `axe.run(${JSON.stringify(part)}, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ["violations"] })`,
    )) as AxeResults;
    return violations.flatMap(({ id, nodes }) =>
      nodes
        .slice(0, 3)
        .map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ""}`),
    );
  };

  it("is broken by no page, on phone and desktop, light and dark, with its panels open", async () => {
    const reports = [...(await loadReports()).keys()].map((slug) => `/reports/${slug}`);
    const pages = [
      "/reports",
      ...reports,
      "/reports/sales-dashboard?period=1999-01-01..1999-01-31",
      "/reports/nowhere",
      "/docs",
      "/status",
      "/account",
      "/account/views",
      "/exports",
      "/account/links",
      "/account/tokens",
      "/admin/users",
      "/admin/teams",
      "/admin/roles",
      "/admin/tokens",
      "/admin/audit",
    ];
    const found: string[] = [];
    let longTables = 0;
    for (const look of LOOKS) {
      const { page, close } = await openPage(browser, look);
      try {
        await page.goto(`${web.url}/sign-in`);
        const note = async (name: string, part?: string) => {
          for (const complaint of await complaintsOn(page, part))
            found.push(`${name} ${look.width} ${look.scheme} ${complaint}`);
        };
        await note("/sign-in");
        await page.getByLabel("E-mail address").fill(email);
        await page.getByLabel("Password").fill(PASSWORD);
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.waitForURL("**/reports");
        for (const path of pages) {
          await page.goto(web.url + path);
          const { tables, covered } = await focusBackwards(page);
          longTables += tables;
          for (const link of covered) found.push(`${path} ${look.width} covered: ${link}`);
          await note(path);
          if (path !== "/reports/sales-dashboard" || look !== LOOKS[0]) continue;
          await page.locator(".others > summary").click();
          const panels = page.locator("details.pill > summary, .numbers > summary");
          for (const panel of await panels.all()) {
            await panel.click();
            await note(`${path} with ${await panel.innerText()}`, "details[open]");
            await page.keyboard.press("Escape");
          }
        }
      } finally {
        await close();
      }
    }
    expect(found.join("\n")).to.equal("");
    expect(longTables).to.be.at.least(LOOKS.length * 5);
  });
});
