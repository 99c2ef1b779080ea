/** The service in a process of its own, with reports of so many rows, and a bare Express route beside it. */
import express from "express";
import { createPool } from "../../src/db/pool.ts";
import { asReader, EVERYTHING } from "../../src/db/transaction.ts";
import { createReportFolder } from "../../test/support/folder.ts";
import { startWeb } from "../../test/support/web.ts";
import { rowsReport, rowsSql } from "./rows.ts";

const [url = "", most = "4", ...counts] = process.argv.slice(2);
const pool = createPool(url, { name: "bench" });
const deals = await asReader(pool, EVERYTHING, async (client) =>
  Number((await client.query("SELECT count(*) FROM reporting.won_deals")).rows[0].count),
);
const folder = createReportFolder();
for (const count of counts.map(Number))
  folder.add(`rows-${count}`, rowsSql(count, deals), rowsReport);
const options = { now: () => new Date(), exports: { most: Number(most) } };
const own = await startWeb(pool, options);
const made = await startWeb(pool, { ...options, reportsFolder: folder.path });
const bare = express();
bare.get("/bare", (_request, response) => {
  response.set("ETag", 'W/"1"').status(304).end();
});
const listening = bare.listen(0, "127.0.0.1", () => {
  const { port } = listening.address() as { port: number };
  console.log(
    JSON.stringify({
      made: made.url,
      authorization: made.authorization,
      own: own.url,
      ownAuthorization: own.authorization,
      bare: `http://127.0.0.1:${port}/bare`,
      deals,
    }),
  );
});
process.on("SIGTERM", () => {
  folder.remove();
  process.exit();
});
