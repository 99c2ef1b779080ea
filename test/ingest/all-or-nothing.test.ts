import { readdir } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { createPool } from "../../src/db/pool.ts";
import { rejection } from "../support/refusal.ts";
import { startTidemark } from "../support/tidemark.ts";
import { Workbench } from "./support.ts";

const STEPS = [
  { file: "a.csv", table: "products", columns: { external_id: "id", name: "name" } },
  {
    name: "Deals",
    file: "b.csv",
    table: "opportunities",
    columns: {
      external_id: "id",
      name: "id",
      company_id: { column: "company", lookup: { by: "name", create: true } },
    },
  },
];
const FILES = {
  "a.csv": "id,name\n1,One\n2,Two\n",
  "b.csv": `id,company\n${Array.from({ length: 20_000 }, (_, index) => `d${index},Company ${index % 50}`).join("\n")}\nlast,\n`,
};

/** Asks again until it is so; the test's own time limit ends what never will be. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(20);
}

describe("an import", () => {
  let bench: Workbench;

  beforeEach(async () => {
    bench = await Workbench.open();
  });

  afterEach(() => bench.close());

  const total = () =>
    bench.value(
      "SELECT ((SELECT count(*) FROM crm.products) + (SELECT count(*) FROM crm.companies) + (SELECT count(*) FROM crm.opportunities) + (SELECT count(*) FROM crm.opportunity_history))::integer",
    );

  /** Makes the server do something in the middle of the import: after the deals, before the commit. */
  const inTheMiddle = (statement: string) =>
    bench.pool.query(`
      CREATE FUNCTION public.intervene() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        ${statement};
        RETURN NULL;
      END $$;
      CREATE TRIGGER intervene AFTER INSERT ON crm.opportunities EXECUTE FUNCTION public.intervene()`);

  it("that loses its connection in the middle leaves nothing, and no draft of the rejects", async () => {
    await inTheMiddle("PERFORM pg_terminate_backend(pg_backend_pid())");
    const error = await rejection(bench.import(FILES, STEPS));
    expect(error.message).to.match(/terminat|connection/i);
    expect(await total()).to.equal(0);
    expect(await readdir(`${bench.folder}/1`)).to.have.members(["a.csv", "b.csv", "mapping.json"]);
  });

  it("that is killed in the middle leaves nothing", async () => {
    await inTheMiddle("PERFORM pg_advisory_xact_lock(4711)");
    const blocker = await bench.pool.connect();
    await blocker.query("SELECT pg_advisory_lock(4711)");
    const mapping = await bench.write(FILES, { steps: STEPS });
    const running = startTidemark(["import", mapping, "--rejects", `${mapping}.rejects.csv`], {
      DATABASE_URL: bench.database.url,
    });
    const waiting = `
      SELECT count(*)::integer FROM pg_locks
      WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted`;
    await until(async () => (await bench.value(waiting)) === 1);
    running.signalGroup("SIGKILL");
    expect(await running.exited).to.equal("SIGKILL");
    await until(async () => (await bench.value(waiting)) === 0);
    await blocker.query("SELECT pg_advisory_unlock(4711)");
    blocker.release();
    expect(await total()).to.equal(0);
  });

  it("ends that everybody signs in as the demo's people, once its rows are there", async () => {
    const isDemo = () =>
      bench.value("SELECT EXISTS (SELECT FROM ops.settings WHERE key = 'demo_data')");
    await bench.pool.query("INSERT INTO ops.settings (key, value) VALUES ('demo_data', 'true')");
    await bench.import(FILES, STEPS.slice(0, 1), { dryRun: true });
    expect(await isDemo()).to.equal(true);
    await bench.import(FILES, STEPS.slice(0, 1));
    expect(await isDemo()).to.equal(false);
  });

  it("is seen by others whole or not at all", async () => {
    const watcher = createPool(bench.database.url, { name: "watcher" });
    const seen = new Set<number>();
    let isDone = false;
    const watch = async () => {
      while (!isDone) {
        const { rows } = await watcher.query(
          "SELECT ((SELECT count(*) FROM crm.products) + (SELECT count(*) FROM crm.opportunities))::integer AS count",
        );
        seen.add(rows[0].count);
      }
    };
    const watching = watch();
    const result = await bench.import(FILES, STEPS);
    isDone = true;
    await watching;
    await watcher.end();
    expect(result).to.include({ inserted: 20_002, rejected: 1 });
    expect([...seen].filter((count) => count !== 0 && count !== 20_002)).to.deep.equal([]);
  });

  it("with a rejected row loads nothing when strict", async () => {
    const result = await bench.import(FILES, STEPS, { strict: true });
    expect(result).to.include({ loaded: false, rejected: 1, inserted: 20_002 });
    expect(await total()).to.equal(0);
  });

  it("takes turns with another one of the same files", async () => {
    const results = await Promise.all([1, 2, 3].map(() => bench.import(FILES, STEPS)));
    expect(results.map((result) => result.inserted).sort()).to.deep.equal([0, 0, 20_002]);
    expect(await bench.value("SELECT count(*)::integer FROM crm.companies")).to.equal(50);
  });
});
