import type { ShareLink } from "../access/share-link.ts";
import type { Catalogue } from "../reports/load.ts";
import { endedLongAgo } from "./ended.ts";
import { viewPath } from "./own-views.ts";
import type { shareForm } from "./share-form.ts";
import { shortTime } from "./short-time.ts";

export interface SharePage {
  links: readonly ShareLink[];
  /** The reports that whoever looks at the page may open. */
  catalogue: Catalogue;
  /** A link that was just made: its address is shown in this answer, and never again. */
  made?: { title: string; address: string; expiresAt: Date; isForAnyone: boolean };
  /** The form that was sent, with what is wrong with it. */
  refused?: ReturnType<typeof shareForm> & { title: string; problems: Record<string, string> };
  done?: string | undefined;
  timeZone: string;
  now: Date;
}

interface Place {
  /** Address of the page, that its forms are below. */
  action: string;
  showsOwner: boolean;
}

/** A list of links, and what became of a form that makes one. */
export function sharePage(page: SharePage, { action, showsOwner }: Place) {
  const { links, catalogue, made, refused, done, timeZone, now } = page;
  const time = (at: Date | null) =>
    at && { iso: at.toISOString(), text: shortTime(at.toISOString(), now, timeZone) };
  return {
    action,
    showsOwner,
    timeZone,
    done,
    problem: refused && "No link was made: see what is wrong below.",
    refused,
    made: made && { ...made, expires: time(made.expiresAt) },
    links: links
      .filter((link) => !endedLongAgo(link, now))
      .map((link) => ({
        id: link.id,
        title: catalogue.get(link.report)?.title ?? link.report,
        // Whoever follows this sees their own rows.
        href: catalogue.has(link.report) ? viewPath(link) : undefined,
        filters: [...new URLSearchParams(link.query)].map((pair) => pair.join(" ")).join(", "),
        owner: link.sharer.name,
        email: link.sharer.email,
        state: link.state,
        isEnded: link.state !== "active",
        isRevocable: link.state !== "revoked" && link.state !== "expired",
        made: time(link.createdAt),
        expires: time(link.expiresAt),
        opened: time(link.lastOpenedAt),
      })),
  };
}
