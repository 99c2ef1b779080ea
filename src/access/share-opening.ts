import type pg from "pg";
import { addressKey, createLimit } from "./attempts.ts";
import { type Actor, recordEvent } from "./audit.ts";
import { findShareLink, noteOpened, type ShareLink, type TopicOf } from "./share-link.ts";

/** Addresses that open nothing, from one network address within a quarter of an hour. */
export const MOST_GUESSES = 100;

export type ShareOpening =
  | { kind: "open"; link: ShareLink }
  /** It has ended, or never was: nobody hears which. */
  | { kind: "ended" }
  | { kind: "too_many"; retryAfterSeconds: number };

export interface ShareDoor {
  /** @param opener who has come with this token */
  open(token: string, opener: Actor): Promise<ShareOpening>;
  /** Notes that somebody has seen the page: once in a quarter of an hour for each link, person and network address. */
  note(link: ShareLink, opener: Actor): Promise<void>;
}

/** Opens links. Every attempt is counted before it is looked at, so that many at once are no more guesses. */
export function createShareDoor(pool: pg.Pool, topicOf: TopicOf): ShareDoor {
  const guesses = createLimit(pool, "share_link", MOST_GUESSES);
  const openings = createLimit(pool, "share_link_opened", 1);
  return {
    async open(token, { address }) {
      const network = addressKey(address);
      const retryAfterSeconds = await guesses.count(network);
      if (retryAfterSeconds > 0) return { kind: "too_many", retryAfterSeconds };
      const link = await findShareLink(pool, token, topicOf);
      if (!link) return { kind: "ended" };
      await guesses.takeBack(network);
      return { kind: "open", link };
    },
    async note(link, opener) {
      await noteOpened(pool, link.id);
      const key = [link.id, opener.userId ?? "nobody", addressKey(opener.address)].join(" ");
      if ((await openings.count(key)) > 0) return;
      await recordEvent(pool, {
        kind: "share_link_opened",
        actor: opener,
        subject: link.report,
        details: aboutLink(link),
      });
    },
  };
}

/** How the audit trail names a link. */
export const aboutLink = ({ id, sharer }: ShareLink) => ({
  share_link_id: id,
  owner: sharer.email,
});
