/**
 * What live marts cost and give, line by line: each figure with its peer in the same run, its limit, and whether it holds.
 *
 *   node bench/live.ts [--scale 1] [--only rep-year,fold] [--database postgres://…] [--compactions 1000]
 *
 * Works on a database of its own with the demo data, on the server of DATABASE_URL or an embedded one in a scratch
 * folder; or on the filled database of --database, whose rows it changes: one that nobody needs.
 */
import { parseArgs } from "node:util";
import { loadConfig } from "../src/config.ts";
import { createPool } from "../src/db/pool.ts";
import { loadDemo } from "../src/demo/load.ts";
import { refreshAll } from "../src/marts/refresh-all.ts";
import { syncSettings } from "../src/ops/settings.ts";
import { dayIn } from "../src/reports/day.ts";
import { loadReports } from "../src/reports/load.ts";
import type { Bench } from "./live/bench.ts";
import { setCapture } from "./live/capture.ts";
import { refreshOvergrown } from "./live/changes.ts";
import { chooseLines } from "./live/lines.ts";
import { liveMarts } from "./live/live-mart.ts";
import { describeMachine } from "./live/machine.ts";
import { createOtherViews } from "./live/other-views.ts";
import { printHead, printOutcome } from "./live/outcome.ts";
import { warm } from "./live/warm.ts";
import { withScratchDatabase } from "./scratch-database.ts";

const { values } = parseArgs({
  options: {
    scale: { type: "string", default: "1" },
    only: { type: "string" },
    database: { type: "string" },
    compactions: { type: "string", default: "1000" },
  },
});
const lines = chooseLines(values.only);
const say = (text: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);

if (values.database) await measure(values.database);
else
  await withScratchDatabase(async (pool, url) => {
    say(`loading demo data at scale ${values.scale}`);
    await loadDemo(pool, { scale: Number(values.scale), seed: 1 });
    await measure(url);
  });

async function measure(url: string) {
  const config = loadConfig();
  const pool = createPool(url, { name: "bench", max: 12 });
  const reader = createPool(url, { name: "bench reader", max: 1 });
  const bare = await createOtherViews(pool, "bare");
  const everybodys = await createOtherViews(pool, "live");
  const pageViews = new Set(bare.names);
  try {
    // A run that was interrupted may have left it off.
    await setCapture(pool, "crm.conversation_signals", "ENABLE");
    await syncSettings(pool, config);
    say("filling what is empty");
    await refreshAll(pool, { unlessPopulated: true });
    const bench: Bench = {
      url,
      pool,
      reader,
      bare,
      everybodys,
      plannedFor: (rows) => (sql) =>
        sql.replace(/\breporting\.(\w+)/g, (whole, view) =>
          pageViews.has(view) ? `${rows}_rows.${view}` : whole,
        ),
      say,
      compactions: Number(values.compactions),
      marts: liveMarts,
      reports: await loadReports(),
      today: dayIn(new Date(), config.timeZone),
      currency: config.currency,
    };
    for (const line of await describeMachine(pool)) console.log(line);
    console.log(await warm(pool));
    console.log();
    printHead();
    for (const [name, line] of lines) {
      try {
        await refreshOvergrown(bench);
        say(name);
        for await (const outcome of line(bench)) printOutcome(outcome);
      } catch (error) {
        process.exitCode = 1;
        printOutcome({ what: name, figure: `failed: ${(error as Error).message}` });
        console.error(error);
      }
    }
  } finally {
    await bare.drop();
    await everybodys.drop();
    await Promise.all([pool.end(), reader.end()]);
  }
}
