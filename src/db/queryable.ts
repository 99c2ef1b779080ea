import type pg from "pg";

/** What a function needs that only asks. */
export type Queryable = Pick<pg.Pool, "query">;
