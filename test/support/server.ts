import { mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbedded } from "../../src/db/server/embedded.ts";

export interface TestServer {
  /** Address of a database on it, with a login that may create databases and roles. */
  url: string;
  /** Where its data is; undefined for a server of someone else's. */
  dataDir?: string;
  stop(): Promise<void>;
}

/** The server that a test run uses: DATABASE_URL's, or an embedded one in a scratch folder. */
export async function startTestServer(): Promise<TestServer> {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, stop: async () => {} };
  const dataDir = await mkdtemp(join(await roomyFolder(), "tidemark-test-"));
  const server = await openEmbedded({
    dataDir,
    purpose: "serve",
    // The data dies with the run, so nothing needs to reach the disk.
    settings: {
      fsync: "off",
      synchronous_commit: "off",
      full_page_writes: "off",
      max_connections: "200",
      max_wal_size: "512MB",
    },
  });
  return {
    url: server.url,
    dataDir,
    async stop() {
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Every test file copies a database of a thousand files: in memory that takes a fifth of the time, where there is plenty. */
const PLENTY = 8 * 1024 ** 3;
const MEMORY = "/dev/shm";

async function roomyFolder(): Promise<string> {
  const { bavail, bsize } = await statfs(MEMORY).catch(() => ({ bavail: 0, bsize: 0 }));
  return Math.min(bavail * bsize, process.availableMemory()) > PLENTY ? MEMORY : tmpdir();
}
