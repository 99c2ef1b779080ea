import { readFile } from "node:fs/promises";
import { databaseUnusable } from "../../errors.ts";
import { run } from "./run.ts";

/** A system account that may run PostgreSQL. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

const NAME = "postgres";

/**
 * The account `postgres`, created when the machine has none. Only root asks for it.
 * @throws TidemarkError `no_account` when it cannot be created
 */
export async function findAccount(): Promise<Account> {
  const known = await lookUp();
  if (known) return known;
  const args = ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME];
  const { stderr } = await run({ account: undefined, wrapper: [] }, "useradd", args);
  // Another process may have created it in the meantime, so only the look-up counts.
  const created = await lookUp();
  if (created) return created;
  throw databaseUnusable(
    "no_account",
    `PostgreSQL refuses to run as root and the account "${NAME}" cannot be created (${stderr.trim()}): run as an ordinary user, or set DATABASE_URL`,
  );
}

async function lookUp(): Promise<Account | undefined> {
  for (const line of (await readFile("/etc/passwd", "utf8")).split("\n")) {
    const [name, , uid, gid] = line.split(":");
    if (name === NAME) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}
