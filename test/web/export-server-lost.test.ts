import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import type pg from "pg";
import { migrateUp } from "../../src/db/migrate.ts";
import { createPool } from "../../src/db/pool.ts";
import { type Cluster, createCluster } from "../live/support/cluster.ts";
import { createReportFolder } from "../support/folder.ts";
import { refreshMarts } from "../support/marts.ts";
import { waitUntil } from "../support/wait.ts";
import { startWeb } from "../support/web.ts";

describe("an export whose database server is killed", () => {
  let cluster: Cluster;
  let pool: pg.Pool;

  before(async () => {
    cluster = await createCluster();
    await migrateUp(cluster.url);
    pool = createPool(cluster.url, { name: "test" });
    await refreshMarts(pool);
  });
  after(async () => {
    await pool?.end();
    await cluster?.remove();
  });

  it("breaks off, and is written down as soon as the server is back", async () => {
    const folder = createReportFolder();
    folder.add("many", "SELECT n FROM generate_series(1, 3000000) AS n");
    const web = await startWeb(pool, { reportsFolder: folder.path });
    try {
      const curl = spawn("curl", [
        ...["--silent", "--fail", "--output", "/dev/null", "--limit-rate", "2M"],
        ...["--header", `Authorization: ${web.authorization}`, `${web.url}/reports/many.csv`],
      ]);
      const exit = once(curl, "close");
      await waitUntil(
        pool,
        "SELECT count(*) = 1 FROM ops.exports CROSS JOIN pg_stat_activity WHERE wait_event = 'ClientWrite'",
      );
      await cluster.kill();
      const [code] = await exit;
      expect(code).not.to.equal(0);
      await cluster.start();
      await waitUntil(
        pool,
        "SELECT count(*) = 1 FROM ops.exports WHERE state = 'aborted' AND reason = 'database_lost'",
      );
    } finally {
      await web.close();
      folder.remove();
    }
  });
});
