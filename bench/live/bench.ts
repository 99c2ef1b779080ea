import type pg from "pg";
import type { Day } from "../../src/reports/day.ts";
import type { Catalogue } from "../../src/reports/load.ts";
import type { LiveMart } from "./live-mart.ts";
import type { OtherViews } from "./other-views.ts";

/** What every line of the benchmark works with. */
export interface Bench {
  url: string;
  /** Writes, folds and refreshes. */
  pool: pg.Pool;
  /** One session, warm after its first reads, that only reads. */
  reader: pg.Pool;
  marts: readonly LiveMart[];
  bare: OtherViews;
  reports: Catalogue;
  today: Day;
  currency: string;
  /** How often the line about the disk compacts each mart. */
  compactions: number;
  /** Tells what goes on, beside the table. */
  say: (text: string) => void;
}
