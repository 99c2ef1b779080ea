import type { Response } from "express";
import type pg from "pg";
import { listViews } from "../access/saved-views.ts";
import { readStartPage } from "../access/start-page.ts";
import type { OwnViews } from "../render/own-views.ts";
import type { Authentication } from "./authentication.ts";

/** What whoever asks has saved; undefined for a program, which has nothing of its own. */
export async function ownViews(pool: pg.Pool, response: Response): Promise<OwnViews | undefined> {
  const { viewer, means } = response.locals.authentication as Authentication;
  if (means.kind !== "session") return undefined;
  const [views, start] = await Promise.all([
    listViews(pool, viewer.id),
    readStartPage(pool, viewer.id),
  ]);
  return { views, start };
}
