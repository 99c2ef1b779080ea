import { existsSync } from "node:fs";

const USUAL = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Where a Chromium is: the one of the settings, or where they usually are; undefined where there is none. */
export const findChromium = (path: string | undefined): string | undefined =>
  (path === undefined ? USUAL : [path]).find((one) => existsSync(one));
