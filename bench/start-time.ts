/**
 * How long `npm start` takes until the first page can be read: from nothing (embedded server, migrations, demo data at
 * scale 1, first fill of the marts; signing in is part of it), and again with the data in place. Run with `npm run bench:start`.
 */
import { cpus, totalmem } from "node:os";
import { runSql } from "../test/support/sql.ts";
import { readAddress, scratchDataDir, startTidemark } from "../test/support/tidemark.ts";
import { createVisitor } from "../test/support/visitor.ts";

const STARTS_AGAIN = 3;
const READY = /^Tidemark is ready at (\S+)$/m;

const { dataDir, remove } = await scratchDataDir();

/** Seconds until the ready line, and until a report page after it; then stops the service. */
async function measure(look: (url: string) => Promise<void> = async () => {}) {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const running = startTidemark(["serve", "--first-run"], { TIDEMARK_DATA_DIR: dataDir });
  const [, address = ""] = await running.waitFor(READY);
  const ready = seconds();
  const visitor = createVisitor(address);
  await visitor.signInAsDemo("director");
  const page = await visitor.get("/reports/sales-dashboard");
  if (page.status !== 200) throw new Error(`The page answers ${page.status}`);
  await page.text();
  const read = seconds();
  await look(await readAddress(dataDir));
  const asked = performance.now();
  running.signalGroup("SIGINT");
  await running.exited;
  return { ready, read, stopped: (performance.now() - asked) / 1000 };
}

const show = (name: string, { ready, read, stopped }: Awaited<ReturnType<typeof measure>>) =>
  console.log(
    `${name.padEnd(14)} ready ${ready.toFixed(1)} s   first page read ${read.toFixed(1)} s   Ctrl-C to end ${stopped.toFixed(1)} s`,
  );

try {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  console.log(`${cpus().length} × ${cpu?.model.trim()}, ${memory} GiB, Node ${process.version}`);
  const first = await measure(async (url) => {
    const [size] = await runSql(
      url,
      `SELECT current_setting('server_version') AS server, (SELECT count(*) FROM crm.opportunities) AS opportunities,
        (SELECT count(*) FROM crm.conversations) AS conversations`,
    );
    console.log(
      `PostgreSQL ${size?.server}, scale 1: ${size?.opportunities} opportunities, ${size?.conversations} conversations`,
    );
  });
  show("first start", first);
  for (let again = 1; again <= STARTS_AGAIN; again += 1)
    show(`start again ${again}`, await measure());
} finally {
  await remove();
}
