import type pg from "pg";

/** What reading reports needs from the outside. */
export interface ReportSource {
  pool: pg.Pool;
  /** Whose rows: the id of a person, or EVERYTHING. */
  viewer: string;
  /** The business time zone. */
  timeZone: string;
  /** The currency that reports open with. */
  currency: string;
  now: () => Date;
  /** Names the code, the templates and the reports: whoever answers in the same way has the same. */
  edition: string;
}
