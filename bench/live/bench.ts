import type pg from "pg";
import type { Planned } from "../../src/reports/audience.ts";
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
  /** The live rows of everybody, without asking who sees them. */
  everybodys: OtherViews;
  /** A query as a page has it for somebody who sees all rows, or some people's. */
  plannedFor: (rows: "all" | "own") => Planned;
  reports: Catalogue;
  today: Day;
  currency: string;
  /** How often the line about the disk compacts each mart. */
  compactions: number;
  /** Tells what goes on, beside the table. */
  say: (text: string) => void;
}
