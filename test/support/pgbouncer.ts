import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "../../src/db/connect.ts";
import { choosePort } from "../../src/db/server/port.ts";

const PROGRAM = "/usr/sbin/pgbouncer";

/** Whether Debian's package is installed. */
export const hasPgBouncer = existsSync(PROGRAM);

/**
 * Puts PgBouncer in transaction mode before a database, with one session for all its clients.
 * @returns the address for clients, and a way to stop it
 */
export async function startPgBouncer(url: string): Promise<{ url: string; stop(): Promise<void> }> {
  const { hostname, port, pathname, username, password } = new URL(url);
  const name = pathname.slice(1);
  const own = await choosePort();
  const folder = await mkdtemp(join(tmpdir(), "tidemark-pgbouncer-"));
  const config = join(folder, "pgbouncer.ini");
  await writeFile(
    config,
    `[databases]
${name} = host=${hostname} port=${port} dbname=${name} user=${username} password=${decodeURIComponent(password)} pool_size=1
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
ignore_startup_parameters = options, extra_float_digits
`,
  );
  // As root it becomes another account, which has to be able to read this.
  const isRoot = process.getuid?.() === 0;
  await chmod(folder, 0o755);
  const child = spawn(PROGRAM, [...(isRoot ? ["-u", "postgres"] : []), config], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const exited = once(child, "close");
  const address = `postgres://${username}@127.0.0.1:${own}/${name}`;
  const stop = async () => {
    child.kill("SIGKILL");
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  for (let attempts = 0; ; attempts++) {
    const client = await connect(address, "test").catch(() => undefined);
    if (client) {
      await client.end();
      return { url: address, stop };
    }
    if (child.exitCode !== null || attempts === 100) {
      await stop();
      throw new Error(`PgBouncer does not start: ${said}`);
    }
    await delay(50);
  }
}
