import type pg from "pg";
import { addressKey, createLimit } from "./attempts.ts";
import { type Actor, recordEvent } from "./audit.ts";
import { whyRefused } from "./token.ts";

/** Notes that a token was refused. */
export type NoteRefusal = (token: string, actor: Actor) => Promise<void>;

/**
 * A program with an old token asks again and again: what is noted is one refusal a minute and network address, counted in
 * the database for all processes.
 */
export function createRefusals(pool: pg.Pool): NoteRefusal {
  const limit = createLimit(pool, "token_refused", 1, 60);
  return async (token, actor) => {
    if ((await limit.count(addressKey(actor.address))) > 0) return;
    const { reason, id, name } = await whyRefused(pool, token);
    await recordEvent(pool, {
      kind: "token_refused",
      actor,
      ...(name !== undefined && { subject: name }),
      details: { reason, ...(id !== undefined && { token_id: id }) },
    });
  };
}
