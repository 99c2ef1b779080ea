import type pg from "pg";
import type { Queryable } from "../../db/queryable.ts";
import { inTransaction } from "../../db/transaction.ts";
import { recordEvent } from "../audit.ts";

/** A company account, by what never changes. */
export interface Identity {
  issuer: string;
  subject: string;
}

export interface LinkedPerson {
  userId: string;
  /** As it is here. */
  email: string;
}

/** Whose account it is. @returns undefined while it belongs to nobody here */
export async function linkedPerson(
  db: Queryable,
  { issuer, subject }: Identity,
): Promise<LinkedPerson | undefined> {
  const { rows } = await db.query<{ id: string; email: string }>(
    `SELECT users.id, users.email
     FROM ops.identities
     JOIN crm.users ON users.id = identities.user_id
     WHERE identities.issuer = $1 AND identities.subject = $2`,
    [issuer, subject],
  );
  const [row] = rows;
  return row && { userId: row.id, email: row.email };
}

export type Linking =
  | { userId: string }
  | { reason: "unknown_person" | "inactive" | "other_account_linked" };

/**
 * Gives an account to the person with this e-mail address, for good: only to somebody who is active, and has none of this
 * issuer yet.
 */
export const linkByEmail = (
  pool: pg.Pool,
  identity: Identity & { email: string; address: string | null },
): Promise<Linking> =>
  inTransaction(pool, async (client) => {
    const { issuer, subject, email, address } = identity;
    const { rows } = await client.query<{ id: string; name: string; is_active: boolean }>(
      `SELECT users.id, people.name, users.is_active
       FROM crm.users
       JOIN mart.people ON people.user_id = users.id
       WHERE lower(users.email) = lower($1)`,
      [email],
    );
    const [person] = rows;
    if (!person) return { reason: "unknown_person" };
    if (!person.is_active) return { reason: "inactive" };
    const { rowCount } = await client.query(
      `INSERT INTO ops.identities (issuer, subject, user_id)
       VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING`,
      [issuer, subject, person.id],
    );
    if (rowCount === 0) {
      // The same account may have been linked just now, from another window.
      const already = (await linkedPerson(client, identity))?.userId === person.id;
      return already ? { userId: person.id } : { reason: "other_account_linked" };
    }
    await recordEvent(client, {
      kind: "company_account_linked",
      actor: { userId: person.id, name: person.name, means: "session", address },
      subject: email,
      details: { issuer, subject },
    });
    return { userId: person.id };
  });
