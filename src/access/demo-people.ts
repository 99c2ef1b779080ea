import type { Queryable } from "../db/queryable.ts";

/** Somebody of the demo whom everybody may sign in as. */
export interface DemoPerson {
  /** `director`, as forms send it. */
  key: string;
  userId: string;
  name: string;
  /** What they see. */
  about: string;
}

const PEOPLE = [
  { key: "director", externalId: "director-0", about: "Sales director: every team" },
  { key: "manager", externalId: "manager-1", about: "Sales manager: one team" },
  { key: "rep", externalId: "rep-1", about: "Sales rep: their own deals" },
  { key: "finance", externalId: "finance-1", about: "Finance: all deals" },
  { key: "support", externalId: "support-0", about: "Support manager: cases" },
];

/** Whom everybody may sign in as. @returns nobody unless the database holds the demo and nothing else */
export async function demoPeople(db: Queryable): Promise<DemoPerson[]> {
  const { rows } = await db.query<{ id: string; name: string; external_id: string }>(
    `SELECT users.id, people.name, users.external_id
     FROM crm.users
     JOIN mart.people ON people.user_id = users.id
     WHERE users.source = 'demo' AND users.external_id = ANY ($1) AND users.is_active
       AND EXISTS (SELECT FROM ops.settings WHERE key = 'demo_data')`,
    [PEOPLE.map(({ externalId }) => externalId)],
  );
  return PEOPLE.flatMap(({ key, externalId, about }) =>
    rows
      .filter((row) => row.external_id === externalId)
      .map(({ id, name }) => ({ key, userId: id, name, about })),
  );
}
