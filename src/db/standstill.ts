import { together } from "../together.ts";
import type { Queryable } from "./queryable.ts";

/** An instant of the database, and what is known of it. */
export interface Moment {
  /** ISO 8601. What was committed before this instant counts in it. */
  at: string;
  /**
   * What `read` finds, or found since anything was committed last: it would find the same. It depends on the database
   * alone, and on nothing that time changes; `key` says on what of it.
   */
  recall<T>(key: string, read: () => Promise<T>): Promise<T>;
}

/** Tells the moment: never one before it was asked for. */
export type Standstill = () => Promise<Moment>;

/** Answers kept at most; a busy database forgets them sooner. */
const MOST_KEPT = 2_000;

/**
 * Remembers what was read while nothing is committed. Two equal snapshots show the same rows of every table: as long as the
 * current one stays, whatever was read needs no second look. Clients that ask again and again whether something has changed
 * then share one small query.
 */
export function createStandstill(db: Queryable): Standstill {
  let kept = { snapshot: "", found: new Map<string, Promise<unknown>>() };
  const looking = together<Moment>();
  const look = async (): Promise<Moment> => {
    const { rows } = await db.query<{ at: string; snapshot: string }>(SNAPSHOT);
    const [{ at, snapshot }] = rows as [{ at: string; snapshot: string }];
    if (kept.snapshot !== snapshot || kept.found.size > MOST_KEPT)
      kept = { snapshot, found: new Map() };
    const { found } = kept;
    return {
      at,
      recall: <T>(key: string, read: () => Promise<T>) => {
        const known = found.get(key) as Promise<T> | undefined;
        if (known) return known;
        const finding = read();
        found.set(key, finding);
        finding.catch(() => found.delete(key));
        return finding;
      },
    };
  };
  return () => looking("", look);
}

// A transaction that only reads has no number, and one that writes is not past before it has committed. Another server, or
// this one after a restart, may count alike: it began at another instant.
const SNAPSHOT = `
  SELECT
    to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
    concat_ws(' ', pg_current_snapshot(), pg_postmaster_start_time()) AS snapshot`;
