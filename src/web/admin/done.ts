import type { Request } from "express";
import { parametersOf } from "./query.ts";

/** What a page says after a form of it was saved and the browser sent on. */
const DONE: Readonly<Record<string, string>> = {
  added: "Added.",
  saved: "Saved.",
  deleted: "Deleted.",
  revoked: "Revoked. It is refused from now on.",
};

/** @param others parameters that the page takes besides */
export const doneOf = (request: Request, others: readonly string[] = []): string | undefined =>
  DONE[parametersOf(request, ["done", ...others]).done ?? ""];
