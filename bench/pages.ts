/**
 * What pages of reports take: over HTTP, the time until the answer is there, for four viewers, with the usual filters and the
 * widest; its size; in a browser the first paint; and reads of tables that throw most rows away. Run with
 * `npm run bench:pages -- --database URL [--times 20] [--only slug,slug]`. It makes API tokens in the database, and removes them.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { createPool } from "../src/db/pool.ts";
import { EVERYTHING } from "../src/db/transaction.ts";
import { loadReports } from "../src/reports/load.ts";
import { wastefulScans } from "../test/support/wasteful-scans.ts";
import { startWeb } from "../test/support/web.ts";
import { describeMachine } from "./live/machine.ts";
import { firstPaint, openBrowser } from "./pages/first-paint.ts";
import { findViewers } from "./pages/viewers.ts";

const { values } = parseArgs({
  options: {
    database: { type: "string" },
    times: { type: "string", default: "20" },
    only: { type: "string" },
    paint: { type: "boolean", default: false },
    plans: { type: "boolean", default: false },
  },
});
if (!values.database) throw new Error("--database names a filled database");
const times = Number(values.times);
/** Milliseconds that 95 of 100 answers may take. */
const FILTERS = [
  { name: "usual", query: "", limit: 100 },
  { name: "widest", query: "?period=all", limit: 300 },
];
const LARGEST_BYTES = 200 * 1024;

const now = () => new Date();
const pool = createPool(values.database, { name: "bench" });
const reports = [...(await loadReports())].filter(
  ([slug]) => !values.only || values.only.split(",").includes(slug),
);
const load = () => `load ${loadavg()[0]?.toFixed(1)}`;
for (const line of await describeMachine(pool)) console.log(line);
const columns = (...cells: (string | number)[]) =>
  console.log(cells.map((cell, index) => String(cell).padEnd(index === 0 ? 22 : 10)).join(" "));
columns("report", "viewer", "filters", "p50 ms", "p95 ms", "limit", "kB", "");

const browser = values.paint ? await openBrowser() : undefined;
const { rows: tokensBefore } = await pool.query("SELECT id FROM ops.api_tokens");
try {
  for (const { name, id } of await findViewers(pool)) {
    const web = await startWeb(pool, { now, userId: id === EVERYTHING ? undefined : id });
    for (const [slug, report] of reports)
      for (const { name: filters, query, limit } of FILTERS) {
        const taken: number[] = [];
        let bytes = 0;
        let status = 200;
        // The first answer fills caches.
        for (let i = 0; i <= times && status === 200; i += 1) {
          const began = performance.now();
          const answer = await web.get(`/reports/${slug}${query}`);
          bytes = (await answer.arrayBuffer()).byteLength;
          status = answer.status;
          if (i > 0) taken.push(performance.now() - began);
        }
        // Whoever may not know of a report.
        if (status === 404) continue;
        if (status !== 200) {
          columns(slug, name, filters, "", "", limit, "", `answers ${status}`);
          continue;
        }
        taken.sort((a, b) => a - b);
        const at = (share: number) => Math.round(taken[Math.ceil(times * share) - 1] ?? 0);
        const remarks = [
          at(0.95) > limit && "SLOW",
          bytes > LARGEST_BYTES && "LARGE",
          browser &&
            name === "all" &&
            `first paint ${Math.round(await firstPaint(browser, `${web.url}/reports/${slug}${query}`, web.authorization))} ms`,
          load(),
        ];
        columns(
          slug,
          name,
          filters,
          at(0.5),
          at(0.95),
          limit,
          Math.round(bytes / 1024),
          remarks.filter(Boolean).join(", "),
        );
        if (!values.plans) continue;
        const source = {
          pool,
          viewer: id,
          timeZone: "UTC",
          currency: "USD",
          now,
          edition: "bench",
        };
        for (const { section, relation, rowsRead, rowsKept } of await wastefulScans(
          source,
          report,
          new URLSearchParams(query),
        ))
          console.log(`  ${section} reads ${rowsRead} rows of ${relation} and keeps ${rowsKept}`);
      }
    await web.close();
  }
} finally {
  await browser?.close();
  await pool.query("DELETE FROM ops.api_tokens WHERE name = 'tests' AND id <> ALL ($1)", [
    tokensBefore.map(({ id }) => id),
  ]);
  await pool.end();
}
