import type { Queryable } from "../db/queryable.ts";

/** Which events of the audit trail. */
export interface TrailFilter {
  kind?: string;
  /** Part of a name or an e-mail address: who did it, or whom it was done to. */
  person?: string;
  /** Days in `timeZone`, such as 2026-11-21, both included. */
  from?: string;
  to?: string;
  timeZone: string;
}

/** One event, as it was written; an object, so that no type of its own is lost. */
export interface TrailEvent {
  /** A bigint, as text. */
  id: string;
  /** With microseconds, in UTC. */
  occurred_at: string;
  kind: string;
  actor_user_id: string | null;
  actor_name: string;
  means: string;
  address: string | null;
  subject: string | null;
  details: Record<string, unknown>;
}

const EVENTS = `
  SELECT id, occurred_at, kind, actor_user_id, actor_name, means, address, subject, details
  FROM ops.audit_events
  WHERE ($1::bigint IS NULL OR id < $1)
    AND ($2::text IS NULL OR kind = $2)
    AND (
      $3::text IS NULL
      OR strpos(lower(actor_name), lower($3)) > 0
      OR strpos(lower(subject), lower($3)) > 0
      -- Also under the names and addresses that they had before.
      OR actor_user_id = ANY ($7::uuid[])
      OR details ->> 'user_id' = ANY ($7::text[])
    )
    AND ($4::date IS NULL OR occurred_at >= $4::date::timestamp AT TIME ZONE $6)
    AND ($5::date IS NULL OR occurred_at < ($5::date + 1)::timestamp AT TIME ZONE $6)
  ORDER BY id DESC
  LIMIT $8`;

const FOUND = `
  SELECT users.id
  FROM crm.users
  JOIN mart.people ON people.user_id = users.id
  WHERE strpos(lower(people.name), lower($1)) > 0 OR strpos(lower(users.email), lower($1)) > 0`;

/** Events, newest first. @param before id that they are older than; null: from the newest on */
export async function readTrail(
  db: Queryable,
  filter: TrailFilter,
  { before, most }: { before: string | null; most: number },
): Promise<TrailEvent[]> {
  const { kind, person, from, to, timeZone } = filter;
  const found = person ? (await db.query<{ id: string }>(FOUND, [person])).rows : [];
  const { rows } = await db.query<TrailEvent>(EVENTS, [
    before,
    kind ?? null,
    person ?? null,
    from ?? null,
    to ?? null,
    timeZone,
    found.map(({ id }) => id),
    most,
  ]);
  return rows;
}

/** All of them, newest first, in batches. Rows are only added: no transaction has to be held open meanwhile. */
export async function* readWholeTrail(
  db: Queryable,
  filter: TrailFilter,
  size = 1000,
): AsyncGenerator<TrailEvent[]> {
  let before: string | null = null;
  for (;;) {
    const events: TrailEvent[] = await readTrail(db, filter, { before, most: size });
    if (events.length > 0) yield events;
    if (events.length < size) return;
    before = events.at(-1)?.id ?? null;
  }
}
