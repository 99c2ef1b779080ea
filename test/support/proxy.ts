import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReverseProxy {
  url: string;
  close(): Promise<void>;
}

/** A reverse proxy on a free port that says, as those that end TLS do, for whom it asks and how they reached it. */
export async function startProxy(
  target: string,
  { client, proto = "https" }: { client: string; proto?: string },
): Promise<ReverseProxy> {
  const server = createServer((request, response) => {
    const { host, "x-forwarded-for": before, ...headers } = request.headers;
    const forwarded = send(
      new URL(request.url ?? "/", target),
      {
        method: request.method,
        headers: {
          ...headers,
          host: new URL(target).host,
          "x-forwarded-for": [before, client].filter(Boolean).join(", "),
          "x-forwarded-proto": proto,
          "x-forwarded-host": host,
        },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
        answer.pipe(response);
      },
    );
    request.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
