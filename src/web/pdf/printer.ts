import type { Browser, BrowserContext } from "playwright-core";

/** A file of the service, as a page asks for it by its path. */
export type FindFile = (path: string) => { type: string; body: string } | undefined;

export interface Printer {
  /**
   * A page on paper, A4 across, with its charts drawn. It loads nothing but files of the service.
   * @param title stands at the foot of each page, with its number
   */
  print(html: string, title: string, signal: AbortSignal): Promise<Buffer>;
  close(): Promise<void>;
}

/** Nothing of this exists: every request for it is answered here. */
const ORIGIN = "http://tidemark.invalid";
/** What fits on the paper between its margins, in CSS pixels; charts are drawn for it. */
const WIDTH = 1032;
const PATIENCE_MS = 20_000;
/** A browser that nobody needs is closed: it takes more memory than the service. */
const IDLE_MS = 60_000;

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const footer = (title: string): string =>
  `<div style="font-size:8px;font-family:sans-serif;color:#5b6b6a;width:100%;padding:0 12mm;display:flex;justify-content:space-between"><span>${escapeHtml(title)}</span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>`;

/** Prints with a Chromium that is started when it is first needed. */
export function createPrinter(executablePath: string, findFile: FindFile): Printer {
  let browser: Promise<Browser> | undefined;
  let idle: NodeJS.Timeout | undefined;

  const close = async () => {
    clearTimeout(idle);
    const open = browser;
    browser = undefined;
    await (await open)?.close();
  };

  const open = (): Promise<Browser> => {
    clearTimeout(idle);
    browser ??= launch(executablePath).then((started) => {
      started.once("disconnected", () => {
        browser = undefined;
      });
      return started;
    });
    browser.catch(() => {
      browser = undefined;
    });
    return browser;
  };

  return {
    close,
    async print(html, title, signal) {
      const context = await (await open()).newContext({
        viewport: { width: WIDTH, height: 730 },
        colorScheme: "light",
        reducedMotion: "reduce",
        serviceWorkers: "block",
      });
      const leave = () => void context.close();
      signal.addEventListener("abort", leave, { once: true });
      try {
        signal.throwIfAborted();
        return await printIn(context, html, title, findFile);
      } catch (error) {
        throw signal.aborted ? signal.reason : error;
      } finally {
        signal.removeEventListener("abort", leave);
        await context.close();
        idle = setTimeout(() => void close(), IDLE_MS).unref();
      }
    },
  };
}

async function launch(executablePath: string): Promise<Browser> {
  // Loaded when it is needed: a quarter of the time that the service takes to start.
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath,
    // Its sandbox needs a user that is not root; what it shows is the service's own either way.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ["--disable-gpu", "--disable-dev-shm-usage"],
    // The service ends in its own way, and the browser with it.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

async function printIn(
  context: BrowserContext,
  html: string,
  title: string,
  findFile: FindFile,
): Promise<Buffer> {
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await page.route("**/*", async (route) => {
    const { origin, pathname } = new URL(route.request().url());
    if (origin !== ORIGIN) return route.abort();
    if (pathname === "/")
      return route.fulfill({ contentType: "text/html; charset=utf-8", body: html });
    const file = findFile(pathname);
    return file
      ? route.fulfill({ contentType: `${file.type}; charset=utf-8`, body: file.body })
      : route.abort();
  });
  await page.emulateMedia({ media: "print" });
  await page.goto(`${ORIGIN}/`, { waitUntil: "load" });
  // Charts say when they are drawn, or that they cannot be.
  await page.locator(".chart:not(.ready)").first().waitFor({ state: "detached" });
  return page.pdf({
    format: "A4",
    landscape: true,
    printBackground: true,
    displayHeaderFooter: true,
    headerTemplate: "<span></span>",
    footerTemplate: footer(title),
    margin: { top: "11mm", bottom: "14mm", left: "12mm", right: "12mm" },
    tagged: true,
    outline: true,
  });
}
