import type pg from "pg";
import type { Logger } from "pino";
import type { Templates } from "../../render/templates.ts";
import type { Catalogue } from "../../reports/load.ts";
import type { Entrance } from "../entrance.ts";

export interface AdminOptions {
  pool: pg.Pool;
  templates: Templates;
  catalogue: Catalogue;
  /** Business time zone: when things happened is said in it. */
  timeZone: string;
  now: () => Date;
  log: Logger;
  /** Whether people have passwords at all. */
  entrance: Pick<Entrance, "hasPasswords" | "requirePasswords">;
}
