import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Router } from "express";
import { notFound } from "../errors.ts";
import type { FindFile } from "./pdf/printer.ts";

const publicFolder = join(import.meta.dirname, "public");

const types: Record<string, string> = {
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/** Where a page finds its style, scripts and icon. */
export interface AssetUrls {
  style: string;
  chartLibrary: string;
  page: string;
  icon: string;
}

/**
 * Reads the static files into memory and gives their addresses and the router that serves them. All stand below one
 * hash of all contents: modules find each other by relative paths, and browsers may keep what they have for good.
 */
export function loadAssets(): { urls: AssetUrls; router: Router; find: FindFile } {
  const files = new Map([
    [
      "tidemark.css",
      readAll("css")
        .map(([, text]) => text)
        .join("\n"),
    ],
    ["chart.js", readFileSync(chartLibrary(), "utf8")],
    ["idiomorph.js", readFileSync(morphLibrary(), "utf8")],
    ["icon.svg", readFileSync(join(publicFolder, "icon.svg"), "utf8")],
    ...readAll("js").map(([name, text]) => [`js/${name}`, text] as const),
  ]);
  const hash = createHash("sha256")
    .update([...files].flat().join("\0"))
    .digest("base64url")
    .slice(0, 12);
  const find: FindFile = (path) => {
    const name = path.startsWith(`/assets/${hash}/`) ? path.slice(`/assets/${hash}/`.length) : "";
    const body = files.get(name);
    return body === undefined ? undefined : { type: types[extname(name)] as string, body };
  };
  const router = Router();
  router.get("/assets/*path", (request, response) => {
    const file = find(request.path);
    if (!file) throw notFound("There is no such file.");
    response.set("Cache-Control", "public, max-age=31536000, immutable");
    response.type(`${file.type}; charset=utf-8`).send(file.body);
  });
  const url = (name: string) => `/assets/${hash}/${name}`;
  return {
    router,
    find,
    urls: {
      style: url("tidemark.css"),
      chartLibrary: url("chart.js"),
      page: url("js/page.js"),
      icon: url("icon.svg"),
    },
  };
}

/** The files of a folder by name; style sheets are numbered in the order in which they are read. */
const readAll = (folder: string): [name: string, text: string][] =>
  readdirSync(join(publicFolder, folder))
    .sort()
    .map((file) => [file, readFileSync(join(publicFolder, folder, file), "utf8")]);

// The build that needs no bundler stands beside the module that the package names.
const chartLibrary = (): string =>
  fileURLToPath(new URL("chart.umd.min.js", import.meta.resolve("chart.js")));

const morphLibrary = (): string => fileURLToPath(import.meta.resolve("idiomorph"));
