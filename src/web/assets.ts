import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Router } from "express";
import { notFound } from "../errors.ts";

const publicFolder = join(import.meta.dirname, "public");

/** Where a page finds its style, scripts and icon; an address changes with its content. */
export interface AssetUrls {
  style: string;
  charts: string;
  page: string;
  icon: string;
}

interface Asset {
  url: string;
  type: string;
  body: string;
}

/** Reads the static files into memory and gives their addresses and the router that serves them. */
export function loadAssets(): { urls: AssetUrls; router: Router } {
  const assets = {
    style: asset("tidemark", "css", "text/css", joined("css")),
    page: asset("page", "js", "text/javascript", joined("js")),
    charts: asset("chart", "js", "text/javascript", readFileSync(chartJs(), "utf8")),
    icon: asset(
      "icon",
      "svg",
      "image/svg+xml",
      readFileSync(join(publicFolder, "icon.svg"), "utf8"),
    ),
  };
  const byUrl = new Map(Object.values(assets).map((one) => [one.url, one]));
  const router = Router();
  router.get("/assets/:file", (request, response) => {
    const found = byUrl.get(request.path);
    if (!found) throw notFound("There is no such file.");
    response.set("Cache-Control", "public, max-age=31536000, immutable");
    response.type(found.type).send(found.body);
  });
  return {
    router,
    urls: {
      style: assets.style.url,
      page: assets.page.url,
      charts: assets.charts.url,
      icon: assets.icon.url,
    },
  };
}

function asset(name: string, extension: string, type: string, body: string): Asset {
  const hash = createHash("sha256").update(body).digest("base64url").slice(0, 12);
  return { url: `/assets/${name}.${hash}.${extension}`, type: `${type}; charset=utf-8`, body };
}

// Small files for people, one file for browsers; the file names give the order.
const joined = (folder: string): string =>
  readdirSync(join(publicFolder, folder))
    .sort()
    .map((file) => readFileSync(join(publicFolder, folder, file), "utf8"))
    .join("\n");

// The build that needs no bundler stands beside the module that the package names.
const chartJs = (): string =>
  fileURLToPath(new URL("chart.umd.min.js", import.meta.resolve("chart.js")));
