import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

/** Where a Chromium is, or undefined. */
export const chromiumPath = (): string | undefined =>
  [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
    (path) => path && existsSync(path),
  );

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
