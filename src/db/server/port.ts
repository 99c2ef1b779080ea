import { createServer } from "node:net";

/** Whether nobody listens on this address yet. */
export const isFree = (port: number, host: string) =>
  listenOnce(port, host).then(
    () => true,
    () => false,
  );

/** A loopback port that is free now; `preferred` when that one is. */
export async function choosePort(preferred?: number): Promise<number> {
  if (preferred && (await isFree(preferred, "127.0.0.1"))) return preferred;
  return listenOnce(0, "127.0.0.1");
}

/** Listens for an instant. @returns the port; rejects with the system's error when it is taken or not allowed */
export function listenOnce(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : port));
    });
  });
}
