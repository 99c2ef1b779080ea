import { Router } from "express";
import type pg from "pg";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { martMetrics } from "../ops/mart-metrics.ts";
import { type MartStatus, martStatus } from "../ops/status.ts";
import { onlyGet } from "./only.ts";
import type { OpenPages } from "./open-pages/open-pages.ts";
import { shared } from "./shared.ts";

/** Several scrapers at once cost the database one query. */
const KEEP_MS = 2_000;
/** A database that takes longer counts as away: scrapers wait ten seconds. */
const PATIENCE_MS = 5_000;

/** `/metrics`: how every mart is, and how this process is, as Prometheus reads it. Also while the database is away. */
export function metricsRoutes(pool: pg.Pool, openPages: OpenPages): Router {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const up = new Gauge({
    name: "tidemark_database_up",
    help: "Whether the database could be asked.",
    registers,
  });
  new Gauge({
    name: "tidemark_open_pages",
    help: "Pages of reports that are open and hear of changes from this process.",
    registers,
    collect() {
      this.set(openPages.count());
    },
  });
  const gauges = martMetrics.map(({ name, help, measure }) => ({
    measure,
    gauge: new Gauge({ name, help, labelNames: ["mart"], registers }),
  }));

  const fill = (marts: readonly MartStatus[] | undefined) => {
    up.set(marts ? 1 : 0);
    const now = new Date();
    for (const { gauge, measure } of gauges) {
      gauge.reset();
      for (const mart of marts ?? []) {
        const value = measure(mart, now);
        if (value !== null) gauge.set({ mart: mart.mart }, value);
      }
    }
  };

  const read = shared(() => martStatus(pool), { keepMs: KEEP_MS, patienceMs: PATIENCE_MS });
  const router = Router();
  router.get("/metrics", async (_request, response) => {
    fill(await read().catch(() => undefined));
    const text = await registry.metrics();
    response.set("Cache-Control", "no-store").set("Content-Type", registry.contentType).send(text);
  });
  router.all("/metrics", onlyGet);
  return router;
}
