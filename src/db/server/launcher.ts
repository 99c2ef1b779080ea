import { databaseUnusable } from "../../errors.ts";
import { type Account, findAccount } from "./account.ts";
import type { Programs } from "./programs.ts";
import { run } from "./run.ts";

/** How to run PostgreSQL's programs: as whom, and behind which command. */
export interface Launcher {
  /** Undefined: as ourselves. */
  account: Account | undefined;
  /** Command line that comes before the program, to keep one capability across the change of user. */
  wrapper: readonly string[];
}

const AS_OURSELVES: Launcher = { account: undefined, wrapper: [] };

/**
 * Chooses how to run PostgreSQL, which refuses to run as root: root borrows the account `postgres`.
 * That account may be unable to enter the folder of the programs or of the data (a checkout under /root, say).
 * It then keeps the single capability to look into folders; and only where a container withholds that one, to override.
 * @throws TidemarkError `data_dir_unreachable` when nothing helps
 */
export async function chooseLauncher(programs: Programs, dataDir: string): Promise<Launcher> {
  if (process.getuid?.() !== 0) return AS_OURSELVES;
  const account = await findAccount();
  const candidates: Launcher[] = [
    { account, wrapper: [] },
    keepCapability(account, "dac_read_search"),
    keepCapability(account, "dac_override"),
  ];
  for (const launcher of candidates) {
    if (await reaches(launcher, programs, dataDir)) return launcher;
  }
  throw databaseUnusable(
    "data_dir_unreachable",
    `The account "${account.name}" that runs the embedded server cannot enter ${programs.folder} or ${dataDir}: open their parent folders to it (chmod o+x), run as an ordinary user, or set DATABASE_URL`,
  );
}

/** `no_setuid_fixup` because access(2), which initdb and pg_ctl use, drops capabilities of ordinary users otherwise. */
const keepCapability = ({ uid, gid }: Account, capability: string): Launcher => ({
  account: undefined,
  wrapper: [
    "setpriv",
    `--reuid=${uid}`,
    `--regid=${gid}`,
    "--clear-groups",
    "--securebits=+no_setuid_fixup",
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
    "--",
  ],
});

async function reaches(launcher: Launcher, { postgres }: Programs, dataDir: string) {
  const script = 'cd "$1" && test -x "$0" && exec "$0" --version';
  const { code } = await run(launcher, "/bin/sh", ["-c", script, postgres, dataDir]);
  return code === 0;
}
