import { type Browser, chromium } from "playwright-core";

/** Opens a Chromium; `/usr/bin/chromium` where nothing else is said. */
export const openBrowser = (
  executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium",
): Promise<Browser> => chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

/** Milliseconds from asking for a page to its first contentful paint, nothing of it cached. */
export async function firstPaint(
  browser: Browser,
  url: string,
  authorization: string,
): Promise<number> {
  const context = await browser.newContext({ extraHTTPHeaders: { Authorization: authorization } });
  try {
    const page = await context.newPage();
    await page.goto(url, { waitUntil: "load" });
    for (;;) {
      const [paint] = await page.evaluate(() =>
        performance.getEntriesByName("first-contentful-paint").map(({ startTime }) => startTime),
      );
      if (paint !== undefined) return paint;
    }
  } finally {
    await context.close();
  }
}
