import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Writable } from "node:stream";
import type pg from "pg";
import pino from "pino";
import { createToken, scopeNames } from "../../src/access/token.ts";
import type { CompanySettings, ShareSettings } from "../../src/config.ts";
import { createExporter, type ExporterOptions } from "../../src/exports/exporter.ts";
import { type AppOptions, createApp } from "../../src/web/app.ts";
import { createOpenPages, type OpenPagesOptions } from "../../src/web/open-pages/open-pages.ts";
import { now } from "./sales.ts";

export interface WebServer {
  url: string;
  /** What `get` signs in with: the token of a service that sees everything, or of the person asked for. */
  authorization: string;
  /** Asks for a path, signed in unless the headers say otherwise; redirects are not followed. */
  get(path: string, init?: RequestInit): Promise<Response>;
  /** Breaks all connections, as a network may. */
  dropConnections(): void;
  close(): Promise<void>;
}

/** The web application on a free port, on the day of the tests. */
export async function startWeb(
  pool: pg.Pool,
  options: {
    reportsFolder?: string;
    timeZone?: string;
    now?: () => Date;
    userId?: string;
    metricsToken?: string;
    tokenRequests?: number;
    corsOrigins?: string[];
    addressTokens?: boolean;
    shareLinks?: ShareSettings;
    logTo?: Writable;
    publicUrl?: string;
    /** Company accounts; people reach the service, and come back to it, where it listens. */
    company?: Omit<CompanySettings, "redirectUrl">;
    trustProxy?: string[];
    /** Where Chromium is; where it usually is when left out. */
    chromium?: string;
    mail?: AppOptions["mail"];
    openPages?: OpenPagesOptions["limits"];
    exports?: Partial<Omit<ExporterOptions, "url">>;
  } = {},
): Promise<WebServer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const redirectUrl = new URL("/sign-in/company/callback", options.publicUrl ?? url);
  const timeZone = options.timeZone ?? "UTC";
  const log = options.logTo ? pino({ level: "trace" }, options.logTo) : pino({ level: "silent" });
  const openPages = createOpenPages({
    url: pool.options.connectionString ?? "",
    timeZone,
    now: options.now ?? now,
    log,
    limits: options.openPages,
  });
  const exporter = createExporter({
    url: pool.options.connectionString ?? "",
    most: options.exports?.most ?? 4,
    patience: options.exports?.patience,
  });
  const app = await createApp({
    pool,
    exporter,
    config: {
      timeZone,
      currency: "USD",
      metricsToken: options.metricsToken,
      tokenRequests: options.tokenRequests ?? 0,
      corsOrigins: options.corsOrigins ?? [],
      addressTokens: options.addressTokens ?? false,
      shareLinks: options.shareLinks ?? { openTo: "people", mostDays: 30 },
      publicUrl: options.publicUrl === undefined ? undefined : new URL(options.publicUrl),
      trustProxy: options.trustProxy ?? [],
      chromium: options.chromium,
      company: options.company && { ...options.company, redirectUrl },
    },
    log,
    openPages,
    mail: options.mail,
    now: options.now ?? now,
    reportsFolder: options.reportsFolder,
  }).catch((error) => {
    server.close();
    throw error;
  });
  server.on("request", app);
  // While the database is away, nobody has a token.
  const { token } = await createToken(pool, {
    name: "tests",
    userId: options.userId ?? null,
    scopes: scopeNames,
    expiresAt: null,
    createdBy: null,
  }).catch(() => ({ token: "none" }));
  const authorization = `Bearer ${token}`;
  return {
    url,
    authorization,
    get: (path, { headers, ...init } = {}) => {
      const all = new Headers(headers);
      if (!all.has("Authorization")) all.set("Authorization", authorization);
      if (!all.has("Accept")) all.set("Accept", "text/html, */*");
      return fetch(url + path, { redirect: "manual", headers: all, ...init });
    },
    dropConnections: () => server.closeAllConnections(),
    close: async () => {
      await openPages.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await exporter.close();
    },
  };
}
