import type pg from "pg";
import { type Actor, recordEvent } from "../access/audit.ts";
import { UUID } from "../access/uuid.ts";
import type { Queryable } from "../db/queryable.ts";
import { inTransaction } from "../db/transaction.ts";
import { badParameter, notFound } from "../errors.ts";
import { type Visibility, visibilities } from "./annotations.ts";
import { type Day, isDay } from "./day.ts";

/** A note as its form has it. */
export interface AnnotationFields {
  day: string;
  text: string;
  visibility: string;
}

export const LONGEST_TEXT = 200;
/** Of one person. */
const MOST_NOTES = 1_000;

interface Checked {
  day: Day;
  text: string;
  visibility: Visibility;
}

/** @throws TidemarkError `bad_parameter`, naming the field, or for one note too many */
export const addAnnotation = (
  pool: pg.Pool,
  authorId: string,
  fields: AnnotationFields,
): Promise<void> =>
  inTransaction(pool, async (client) => {
    const { day, text, visibility } = await check(client, authorId, fields);
    await client.query("SELECT pg_advisory_xact_lock(hashtext('annotations ' || $1))", [authorId]);
    const { rows } = await client.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM crm.annotations WHERE author_user_id = $1",
      [authorId],
    );
    if ((rows[0]?.count ?? 0) >= MOST_NOTES)
      throw badParameter("text", `You have ${MOST_NOTES} notes already. Delete one first.`);
    await client.query(
      "INSERT INTO crm.annotations (author_user_id, day_on, note, visibility) VALUES ($1, $2, $3, $4)",
      [authorId, day, text, visibility],
    );
  });

/** @throws TidemarkError as `addAnnotation`, and `not_found` for one that is not this person's */
export async function changeAnnotation(
  pool: pg.Pool,
  authorId: string,
  id: string,
  fields: AnnotationFields,
): Promise<void> {
  if (!UUID.test(id)) throw noSuchNote();
  const { day, text, visibility } = await check(pool, authorId, fields);
  const { rowCount } = await pool.query(
    `UPDATE crm.annotations SET day_on = $3, note = $4, visibility = $5
     WHERE id = $1 AND author_user_id = $2`,
    [id, authorId, day, text, visibility],
  );
  if (!rowCount) throw noSuchNote();
}

/**
 * Deletes a note. That somebody deleted another's is written down.
 * @param keepsAll whether the actor looks after everybody's
 * @throws TidemarkError `not_found`, also for somebody else's
 */
export async function deleteAnnotation(
  pool: pg.Pool,
  id: string,
  { actor, keepsAll }: { actor: Actor; keepsAll: boolean },
): Promise<void> {
  if (!UUID.test(id)) throw noSuchNote();
  await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ author_user_id: string; day_on: Day }>(
      `DELETE FROM crm.annotations WHERE id = $1 AND ($3 OR author_user_id = $2)
       RETURNING author_user_id, day_on`,
      [id, actor.userId, keepsAll],
    );
    const [gone] = rows;
    if (!gone) throw noSuchNote();
    if (gone.author_user_id === actor.userId) return;
    const details = { user_id: gone.author_user_id, day: gone.day_on };
    await recordEvent(client, { kind: "note_deleted", actor, subject: id, details });
  });
}

async function check(
  db: Queryable,
  authorId: string,
  { day, text: given, visibility }: AnnotationFields,
): Promise<Checked> {
  if (!isDay(day)) throw badParameter("day", "Choose a day.");
  const text = given.replace(/\s+/g, " ").trim();
  if (text === "") throw badParameter("text", "A note says something.");
  if ([...text].length > LONGEST_TEXT)
    throw badParameter("text", `At most ${LONGEST_TEXT} characters.`);
  const found = visibilities.find((one) => one === visibility);
  if (!found) throw badParameter("visibility", "Say who is to read it.", visibilities);
  if (found === "team" && !(await isInTeam(db, authorId)))
    throw badParameter("visibility", "You are in no team.");
  return { day, text, visibility: found };
}

/** Whether a person's team can be shown anything. */
export async function isInTeam(db: Queryable, userId: string): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    "SELECT team_id IS NOT NULL AS found FROM crm.users WHERE id = $1",
    [userId],
  );
  return rows[0]?.found ?? false;
}

const noSuchNote = () => notFound("There is no such note.");
