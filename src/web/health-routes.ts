import { Router } from "express";
import type pg from "pg";
import { onlyGet } from "./only.ts";

/** `/healthz`: the process answers. `/readyz`: the database is migrated and every mart is filled. */
export function healthRoutes(pool: pg.Pool): Router {
  const router = Router();
  router.get("/healthz", (_request, response) => {
    response.set("Cache-Control", "no-store").json({ status: "ok" });
  });
  router.get("/readyz", async (_request, response) => {
    const reason = await whyNotReady(pool);
    response
      .status(reason ? 503 : 200)
      .set("Cache-Control", "no-store")
      .json(reason ? { status: "not_ready", reason } : { status: "ready" });
  });
  router.all(["/healthz", "/readyz"], onlyGet);
  return router;
}

async function whyNotReady(pool: pg.Pool): Promise<string | undefined> {
  try {
    const { rows } = await pool.query("SELECT to_regclass('reporting.mart_freshness') AS view");
    if (!rows[0].view) return "The database is not migrated.";
    const empty = await pool.query<{ mart: string }>(
      "SELECT mart FROM reporting.mart_freshness WHERE refreshed_at IS NULL ORDER BY mart",
    );
    if (empty.rows.length === 0) return undefined;
    return `Not filled yet: ${empty.rows.map((row) => row.mart).join(", ")}.`;
  } catch {
    return "The database cannot be reached.";
  }
}
