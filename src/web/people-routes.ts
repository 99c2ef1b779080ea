import { Router } from "express";
import type pg from "pg";
import { asReader } from "../db/transaction.ts";
import { viewerOf } from "./authentication.ts";
import { onlyGet } from "./only.ts";

const MOST = 20;

/** `/people?q=`: the first people by name whose rows whoever asks may see, for filters that would be too long to list. */
export function peopleRoutes(pool: pg.Pool): Router {
  const router = Router();
  router.get("/people", async (request, response) => {
    const asked = new URL(request.url, "http://localhost").searchParams.get("q") ?? "";
    const people = await asReader(pool, viewerOf(response).id, async (client) => {
      const { rows } = await client.query<{ value: string; label: string }>(
        `SELECT user_id AS value, name AS label
         FROM reporting.users
         WHERE strpos(lower(name), lower($1)) > 0
         ORDER BY name, user_id
         LIMIT $2`,
        [asked.trim().slice(0, 100), MOST],
      );
      return rows;
    });
    response.set("Cache-Control", "private, no-store").json(people);
  });
  router.all("/people", onlyGet);
  return router;
}
