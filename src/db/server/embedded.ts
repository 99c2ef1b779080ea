import { mkdir, rmdir } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { databaseUnusable } from "../../errors.ts";
import { clusterFolder, ensureCluster } from "./cluster.ts";
import { chooseLauncher } from "./launcher.ts";
import { takeLease } from "./lease.ts";
import { createPostmaster, type Postmaster } from "./postmaster.ts";
import { findPrograms } from "./programs.ts";

const PATIENCE_MS = 120_000;
const DOUBT_MS = 15_000;
const START_ATTEMPTS = 10;

export interface EmbeddedOptions {
  /** Absolute path. */
  dataDir: string;
  /** What the process does with it; at most one `serve` per data directory. */
  purpose: "serve" | "command";
  /** Server settings on top of the usual ones (tests turn durability off). */
  settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedServer {
  /** Address with password. */
  url: string;
  /** Resolves when the server goes away before `close`. */
  lost: Promise<void>;
  /** Leaves the server; the last one out stops it. */
  close(): Promise<void>;
}

/**
 * Uses the embedded server of a data directory: creates it, starts it, or joins the one that runs already, be it
 * beside another Tidemark process or left behind by one that was killed.
 * @throws TidemarkError `data_dir_in_use`, `data_dir_unreachable`, `embedded_server_failed` and the like
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { dataDir, purpose, settings = {} } = options;
  const programs = await findPrograms();
  await makeFolder(dataDir);
  const launcher = await chooseLauncher(programs, dataDir).catch(async (error) => {
    await rmdir(dataDir).catch(() => {}); // Only what is empty.
    throw error;
  });
  await ensureCluster(dataDir, programs, launcher);
  const postmaster = createPostmaster(dataDir, programs, launcher, settings);
  const { url, lease } = await join(postmaster, purpose, dataDir);
  let closing: Promise<void> | undefined;
  return {
    url,
    lost: lease.lost,
    close() {
      closing ??= lease.release(() => postmaster.stop());
      return closing;
    },
  };
}

/** Connects, starting the server where nobody answers. Others may start or stop it meanwhile: then once more. */
async function join(postmaster: Postmaster, purpose: "serve" | "command", dataDir: string) {
  const deadline = Date.now() + PATIENCE_MS;
  // After a crash, a stranger may listen at the old address: PostgreSQL itself knows whether the server runs.
  let doubtful = Date.now() + DOUBT_MS;
  let failedStarts = 0;
  let trouble: string | undefined;
  while (Date.now() < deadline && failedStarts < START_ATTEMPTS) {
    const url = await postmaster.address();
    const answer = url ? await takeLease(url, purpose, dataDir) : "absent";
    if (url && typeof answer === "object") return { url, lease: answer };
    if (answer === "absent" || Date.now() > doubtful) {
      doubtful = Number.POSITIVE_INFINITY;
      trouble = await postmaster.start();
      if (trouble === undefined) continue;
      failedStarts += 1;
    }
    await delay(200);
  }
  throw databaseUnusable(
    "embedded_server_failed",
    `The embedded server does not start: ${trouble ?? "it does not accept connections"} (see ${clusterFolder(dataDir)}/server.log)`,
  );
}

async function makeFolder(dataDir: string) {
  try {
    await mkdir(dataDir, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw databaseUnusable("data_dir_unusable", `${dataDir} cannot be created (${code})`, error);
  }
}
