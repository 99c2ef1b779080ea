import type pg from "pg";
import type { Queryable } from "../db/queryable.ts";
import type { Mailer } from "../mail/mailer.ts";
import { accountKey, addressKey, createLimit } from "./attempts.ts";
import { type Actor, recordEvent } from "./audit.ts";
import { createPasswordLink, LINK_MINUTES, linkAddress } from "./password-link.ts";

/** Within a quarter of an hour: mails to one account, and requests from one address. */
const MOST_MAILS = 3;
const MOST_PER_ADDRESS = 20;

export interface Forgotten {
  /** As it was typed. */
  email: string;
  actor: Actor;
}

export type AnswerForgotten = (
  forgotten: Forgotten,
) => Promise<{ retryAfterSeconds: number; mailed: Promise<void> }>;

/**
 * Mails a link to whoever has forgotten their password. What is done before it returns is the same whether there is such
 * a person or not; the rest goes on in `mailed`, which nobody who asks should wait for.
 * @param base where people reach the service
 */
export function createAnswer(pool: pg.Pool, mailer: Mailer, base: URL): AnswerForgotten {
  const byAccount = createLimit(pool, "password_link account", MOST_MAILS);
  const byAddress = createLimit(pool, "password_link address", MOST_PER_ADDRESS);
  return async ({ email, actor }) => {
    const retryAfterSeconds = await byAddress.count(addressKey(actor.address));
    if (retryAfterSeconds > 0) return { retryAfterSeconds, mailed: Promise.resolve() };
    const isEnough = (await byAccount.count(accountKey(email))) > 0;
    const subject = email.includes("@") ? email.trim().slice(0, 200) : "not an e-mail address";
    await recordEvent(pool, { kind: "password_reset_requested", actor, subject });
    const mailed = isEnough ? Promise.resolve() : mailLink(pool, mailer, base, email.trim());
    return { retryAfterSeconds: 0, mailed };
  };
}

async function mailLink(pool: pg.Pool, mailer: Mailer, base: URL, email: string) {
  const person = await findRecipient(pool, email);
  if (!person) return;
  const link = linkAddress(base, await createPasswordLink(pool, person.id));
  await mailer.send({
    to: { name: person.name, address: person.email },
    subject: "Choose a new password for Tidemark",
    text: `Somebody, probably you, asked for a new password for Tidemark at ${base.origin}.

To choose one, open this address within ${LINK_MINUTES} minutes. It works once.

${link}

If it was not you, do nothing: your password stays as it is.
`,
  });
}

/** Nobody lives at the addresses of the demo. */
async function findRecipient(db: Queryable, email: string) {
  const { rows } = await db.query<{ id: string; email: string; name: string }>(
    `SELECT users.id, users.email, people.name
     FROM crm.users
     JOIN mart.people ON people.user_id = users.id
     WHERE lower(users.email) = lower($1) AND users.is_active AND users.source <> 'demo'`,
    [email],
  );
  return rows[0];
}
