import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { listenOnce } from "../db/server/port.ts";
import { TidemarkError } from "../errors.ts";
import { atMost, type Closing } from "./shutdown.ts";

const FINISH_REQUESTS_MS = 10_000;

export interface HttpServer {
  /** As a browser wants it: `http://127.0.0.1:3000`. */
  address: string;
  /** Accepts no more, finishes what runs (within bounds), then drops it. */
  close(closing: Closing): Promise<void>;
}

/**
 * Checks early that the address can be listened on, before anything is made.
 * @throws TidemarkError `port_in_use`, `bad_setting`
 */
export async function checkPort(port: number, host: string) {
  if (port !== 0) await listenOnce(port, host).catch((error) => explain(error, port, host));
}

/** How long clients may take, in milliseconds: slow ones must not hold connections for nothing. */
const PATIENCE = {
  headersTimeout: 15_000,
  requestTimeout: 120_000,
  connectionsCheckingInterval: 5_000,
  // Longer than a proxy keeps its own: otherwise it sends a request into a connection that closes just then.
  keepAliveTimeout: 75_000,
};

/**
 * Serves `app`.
 * @param patience overrides, for tests, how long clients may take
 * @throws TidemarkError `port_in_use`, `bad_setting`
 */
export async function listen(
  app: RequestListener,
  port: number,
  host: string,
  patience: Partial<typeof PATIENCE> = {},
): Promise<HttpServer> {
  const server = createServer({ ...PATIENCE, ...patience }, app);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  }).catch((error) => explain(error, port, host));
  const { port: actual } = server.address() as AddressInfo;
  return {
    address: `http://${host.includes(":") ? `[${host}]` : host}:${actual}`,
    async close(closing) {
      const closed = new Promise((resolve) => server.close(resolve));
      // A browser keeps a connection for its next request, which will not come.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      await atMost(FINISH_REQUESTS_MS, closed, closing);
      clearInterval(sweep);
      server.closeAllConnections();
      await closed;
    },
  };
}

function explain(error: NodeJS.ErrnoException, port: number, host: string): never {
  switch (error.code) {
    case "EADDRINUSE":
      throw new TidemarkError(
        "port_in_use",
        503,
        `Port ${port} on ${host} is in use: stop what listens there, or set PORT to another one (0 takes a free one)`,
        { parameter: "PORT" },
      );
    case "EACCES":
      throw new TidemarkError("bad_setting", 500, `PORT: this user may not listen on port ${port}`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      throw new TidemarkError("bad_setting", 500, `HOST: "${host}" is no address of this machine`);
    default:
      throw error;
  }
}
