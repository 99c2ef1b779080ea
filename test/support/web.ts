import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type pg from "pg";
import pino from "pino";
import { createApp } from "../../src/web/app.ts";
import { now } from "./sales.ts";

export interface WebServer {
  url: string;
  /** Asks for a path; redirects are not followed. */
  get(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** The web application on a free port, on the day of the tests. */
export async function startWeb(
  pool: pg.Pool,
  options: { reportsFolder?: string; timeZone?: string; now?: () => Date } = {},
): Promise<WebServer> {
  const app = await createApp({
    pool,
    config: { timeZone: options.timeZone ?? "UTC", currency: "USD" },
    log: pino({ level: "silent" }),
    now: options.now ?? now,
    reportsFolder: options.reportsFolder,
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    get: (path, init) => fetch(url + path, { redirect: "manual", ...init }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
