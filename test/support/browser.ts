import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

/** Where a Chromium is, or undefined. */
export const chromiumPath = (): string | undefined =>
  [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
    (path) => path && existsSync(path),
  );

/** A phone in daylight, a desk at night; `inBothSchemes` shows each of them the other way too. */
export const LOOKS = [
  { width: 390, scheme: "light" },
  { width: 1440, scheme: "dark" },
] as const satisfies readonly Look[];

/** Checks a page light and dark, as somebody sees it whose system changes from one to the other. */
export async function inBothSchemes(page: Page, check: (scheme: string) => Promise<void>) {
  const opened = (await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"))
    ? "dark"
    : "light";
  for (const scheme of [opened, opened === "dark" ? "light" : "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await check(scheme);
  }
  await page.emulateMedia({ colorScheme: opened });
}

export const startBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });

export interface Look {
  width: number;
  scheme?: "light" | "dark";
  scripts?: boolean;
  /** Header to sign in with. */
  authorization?: string;
}

/** A page whose complaints are kept: errors of scripts, of the console and of the content policy. */
export async function openPage(
  browser: Browser,
  { width, scheme = "light", scripts = true, authorization }: Look,
): Promise<{ page: Page; complaints: string[]; close(): Promise<void> }> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    javaScriptEnabled: scripts,
    ...(authorization !== undefined && { extraHTTPHeaders: { Authorization: authorization } }),
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  // What is still on its way when somebody leaves the page, such as its icon, is given up.
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText !== "net::ERR_ABORTED")
      complaints.push(`failed: ${request.url()}`);
  });
  return { page, complaints, close: () => context.close() };
}
