import type pg from "pg";
import type { Queryable } from "../db/queryable.ts";
import { inTransaction } from "../db/transaction.ts";
import { badParameter, notFound } from "../errors.ts";
import { UUID } from "./uuid.ts";

/** A report with filters, under a name that a person has given it. */
export interface SavedView {
  id: string;
  /** Slug of the report, which may not exist any more. */
  report: string;
  name: string;
  /** Canonical query string; empty: the report as it opens. */
  query: string;
}

export const LONGEST_NAME = 60;
const LONGEST_QUERY = 4_000;
/** Of one person, over all reports. */
export const MOST_VIEWS = 100;

/** A person's views, by name. */
export async function listViews(db: Queryable, userId: string): Promise<SavedView[]> {
  const { rows } = await db.query<SavedView>(
    `SELECT id, report, name, query
     FROM ops.saved_views
     WHERE user_id = $1
     ORDER BY lower(name), id`,
    [userId],
  );
  return rows;
}

/** @throws TidemarkError `bad_parameter` for a name that is empty, too long or taken, or one view too many */
export const saveView = (
  pool: pg.Pool,
  userId: string,
  { report, name, query }: Omit<SavedView, "id">,
): Promise<void> =>
  inTransaction(pool, async (client) => {
    const values = [userId, report, checkName(name), checkQuery(query)];
    // Two at once would each be the last that there is room for.
    await client.query("SELECT pg_advisory_xact_lock(hashtext('saved views ' || $1))", [userId]);
    const { rows } = await client.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM ops.saved_views WHERE user_id = $1",
      [userId],
    );
    if ((rows[0]?.count ?? 0) >= MOST_VIEWS)
      throw badParameter("name", `You have ${MOST_VIEWS} views already. Delete one first.`);
    await client
      .query(
        "INSERT INTO ops.saved_views (user_id, report, name, query) VALUES ($1, $2, $3, $4)",
        values,
      )
      .catch(explain);
  });

/** Gives a view other filters of its report. @throws TidemarkError `not_found` for one that is not this person's */
export async function replaceView(
  db: Queryable,
  userId: string,
  { id, report, query }: Omit<SavedView, "name">,
): Promise<void> {
  const sql =
    "UPDATE ops.saved_views SET query = $4 WHERE id = $1 AND user_id = $2 AND report = $3";
  await touch(db, sql, [id, userId, report, checkQuery(query)]);
}

/** @throws TidemarkError `not_found` for one that is not this person's, and `bad_parameter` as `saveView` */
export async function renameView(
  db: Queryable,
  userId: string,
  { id, name }: Pick<SavedView, "id" | "name">,
): Promise<void> {
  const sql = "UPDATE ops.saved_views SET name = $3 WHERE id = $1 AND user_id = $2";
  await touch(db, sql, [id, userId, checkName(name)]).catch(explain);
}

/** @throws TidemarkError `not_found` for one that is not this person's */
export const deleteView = (db: Queryable, userId: string, id: string): Promise<void> =>
  touch(db, "DELETE FROM ops.saved_views WHERE id = $1 AND user_id = $2", [id, userId]);

/** @param values of which the first is the key */
async function touch(db: Queryable, sql: string, values: readonly string[]): Promise<void> {
  const { rowCount } = UUID.test(values[0] ?? "") ? await db.query(sql, [...values]) : {};
  if (!rowCount) throw notFound("There is no such view any more.");
}

function checkName(given: string): string {
  const name = given.trim();
  if (name === "") throw badParameter("name", "A view has a name.");
  if ([...name].length > LONGEST_NAME)
    throw badParameter("name", `At most ${LONGEST_NAME} characters.`);
  return name;
}

function checkQuery(query: string): string {
  if (query.length <= LONGEST_QUERY) return query;
  throw badParameter("name", "These are more filters than a view can hold. Choose fewer.");
}

function explain(error: { constraint?: string }): never {
  throw error.constraint === "saved_views_name_key"
    ? badParameter("name", "You have a view of this name already.")
    : error;
}
