import type pg from "pg";
import { inTransaction } from "../../db/transaction.ts";
import { TidemarkError } from "../../errors.ts";
import { type Actor, recordEvent } from "../audit.ts";
import { createPasswordLink } from "../password-link.ts";
import { holdPerson } from "./person.ts";

/**
 * Makes a link by which a person may choose a password, and writes down who did.
 * @returns what its address carries, which cannot be had again
 * @throws TidemarkError `not_found`, `inactive_user`
 */
export const offerPassword = (
  pool: pg.Pool,
  { actor, id }: { actor: Actor; id: string },
): Promise<string> =>
  inTransaction(pool, async (client) => {
    const person = await holdPerson(client, id);
    if (!person.isActive)
      throw new TidemarkError(
        "inactive_user",
        409,
        `${person.name} is not active, and could not sign in.`,
      );
    const token = await createPasswordLink(client, id);
    const details = { user_id: id };
    const kind = "password_reset_requested";
    await recordEvent(client, { kind, actor, subject: person.email, details });
    return token;
  });
