import type { Queryable } from "../db/queryable.ts";
import { notFound } from "../errors.ts";
import { UUID } from "./uuid.ts";

/** What a person has chosen that the service opens with. */
export type StartPage =
  | { kind: "catalogue" }
  | { kind: "report"; report: string }
  | { kind: "view"; viewId: string }
  /** A view that they have deleted since. */
  | { kind: "gone" };

/** As forms have it: empty for the catalogue. */
export function startText(page: StartPage): string {
  if (page.kind === "report") return `report ${page.report}`;
  return page.kind === "view" ? `view ${page.viewId}` : "";
}

/** Reads what `startText` has written; anything else is the catalogue. */
export function parseStart(text: string): Exclude<StartPage, { kind: "gone" }> {
  const [, kind, name = ""] = /^(view|report) (\S+)$/.exec(text) ?? [];
  if (kind === "view") return { kind, viewId: name };
  return kind === "report" ? { kind, report: name } : { kind: "catalogue" };
}

export async function readStartPage(db: Queryable, userId: string): Promise<StartPage> {
  const { rows } = await db.query<{ report: string | null; view_id: string | null }>(
    "SELECT report, saved_view_id AS view_id FROM ops.start_pages WHERE user_id = $1",
    [userId],
  );
  const [row] = rows;
  if (!row) return { kind: "catalogue" };
  if (row.report !== null) return { kind: "report", report: row.report };
  return row.view_id === null ? { kind: "gone" } : { kind: "view", viewId: row.view_id };
}

/** @throws TidemarkError `not_found` for a view that is not this person's */
export async function chooseStartPage(
  db: Queryable,
  userId: string,
  page: Exclude<StartPage, { kind: "gone" }>,
): Promise<void> {
  if (page.kind === "catalogue") {
    await db.query("DELETE FROM ops.start_pages WHERE user_id = $1", [userId]);
    return;
  }
  const viewId = page.kind === "view" ? page.viewId : null;
  if (viewId !== null && !UUID.test(viewId)) throw noSuchView();
  await db
    .query(
      `INSERT INTO ops.start_pages (user_id, report, saved_view_id)
       VALUES ($1, $2, $3)
       ON CONFLICT (user_id) DO UPDATE
       SET report = EXCLUDED.report, saved_view_id = EXCLUDED.saved_view_id`,
      [userId, page.kind === "report" ? page.report : null, viewId],
    )
    .catch((error: { code?: string }) => {
      // Somebody else's is as unknown as one that there is not.
      throw error.code === "23503" ? noSuchView() : error;
    });
}

const noSuchView = () => notFound("There is no such view any more.");
