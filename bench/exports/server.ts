/** The service in a process of its own, with reports of so many rows, and a bare Express route beside it. */
import { readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import express from "express";
import { createPool } from "../../src/db/pool.ts";
import { asReader, EVERYTHING } from "../../src/db/transaction.ts";
import { reportsFolder } from "../../src/reports/load.ts";
import { createReportFolder } from "../../test/support/folder.ts";
import { startWeb } from "../../test/support/web.ts";
import { countSql, rowsReport, rowsSql } from "./rows.ts";

const [url = "", most = "4", ...counts] = process.argv.slice(2);
const pool = createPool(url, { name: "bench" });
const deals = await asReader(pool, EVERYTHING, async (client) =>
  Number((await client.query("SELECT count(*) FROM reporting.won_deals")).rows[0].count),
);
const folder = createReportFolder();
for (const count of counts.map(Number)) {
  folder.add(`rows-${count}`, rowsSql(count, deals), rowsReport);
  writeFileSync(join(folder.path, `rows-${count}`, "count.sql"), countSql(count, deals));
}
// Beside them the project's own, whose pages they may slow down.
for (const slug of readdirSync(reportsFolder))
  symlinkSync(join(reportsFolder, slug), join(folder.path, slug));
const web = await startWeb(pool, {
  now: () => new Date(),
  exports: { most: Number(most) },
  reportsFolder: folder.path,
});
const bare = express();
bare.get("/bare", (_request, response) => {
  response.set("ETag", 'W/"1"').status(304).end();
});
const listening = bare.listen(0, "127.0.0.1", () => {
  const { port } = listening.address() as { port: number };
  console.log(
    JSON.stringify({
      address: web.url,
      authorization: web.authorization,
      bare: `http://127.0.0.1:${port}/bare`,
      deals,
    }),
  );
});
process.on("SIGTERM", () => {
  folder.remove();
  process.exit();
});
