import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { runImport } from "../../src/ingest/run.ts";
import { counts, EXAMPLES, readText, skipWithout, Workbench } from "./support.ts";

const MAPPING = join(EXAMPLES, "maven-crm.json");

describe("the example mapping of the Maven sales data", () => {
  let data: string;
  let bench: Workbench;

  before(async function () {
    data = skipWithout.call(this, "maven_crm");
    bench = await Workbench.open();
  });

  after(() => bench?.close());

  const load = (options = {}) =>
    runImport(bench.pool, MAPPING, {
      dataDir: data,
      rejects: join(bench.folder, "rejects.csv"),
      ...options,
    });

  it("shows everything in a dry run and writes nothing", async () => {
    const result = await load({ dryRun: true });
    expect(result).to.include({
      loaded: false,
      read: 8997,
      inserted: 8936,
      skipped: 61,
      rejected: 0,
    });
    for (const table of [
      "teams",
      "users",
      "companies",
      "products",
      "opportunities",
      "opportunity_history",
    ]) {
      expect(await bench.value(`SELECT count(*)::integer FROM crm.${table}`), table).to.equal(0);
    }
  });

  it("loads all 8,800 deals with their revenue", async () => {
    const result = await load({ strict: true });
    expect(counts(result)).to.deep.equal({
      read: 8997,
      inserted: 8936,
      updated: 0,
      unchanged: 0,
      skipped: 61,
      rejected: 0,
    });
    const stages = await bench.rows(
      "SELECT stage, count(*)::integer AS deals, sum(amount)::text AS amount FROM crm.opportunities GROUP BY stage ORDER BY stage",
    );
    expect(stages).to.deep.equal([
      { stage: "Prospecting", deals: 500, amount: null },
      { stage: "Qualification", deals: 1589, amount: null },
      { stage: "Closed Won", deals: 4238, amount: "10005534.0000" },
      { stage: "Closed Lost", deals: 2473, amount: null },
    ]);
    expect(result.steps.at(-1)?.notes).to.include(
      "1,425 rows had no account: filed under the company 'No account recorded'",
    );
    expect(
      await bench.value(
        "SELECT count(*)::integer FROM crm.opportunities JOIN crm.companies ON companies.id = company_id WHERE companies.name = 'No account recorded'",
      ),
    ).to.equal(1425);
  });

  it("tells the planner at once how much there is, also what triggers wrote", async () => {
    expect(
      await bench.rows(
        "SELECT relname AS table, reltuples::integer AS rows FROM pg_class WHERE oid IN ('crm.opportunities'::regclass, 'crm.opportunity_history'::regclass) ORDER BY 1",
      ),
    ).to.deep.equal([
      { table: "opportunities", rows: 8800 },
      { table: "opportunity_history", rows: 15511 },
    ]);
  });

  it("mends the misspelt product, finds parents and managers, and keeps agents without deals", async () => {
    expect(await bench.value("SELECT count(*)::integer FROM crm.products")).to.equal(7);
    expect(
      await bench.value(
        "SELECT count(*)::integer FROM crm.opportunities WHERE primary_product_id IS NULL",
      ),
    ).to.equal(0);
    expect(
      await bench.value("SELECT count(parent_company_id)::integer FROM crm.companies"),
    ).to.equal(15);
    expect(
      await bench.value(
        "SELECT annual_revenue_amount FROM crm.companies WHERE name = 'Acme Corporation'",
      ),
    ).to.equal("1100040000.0000");
    expect(await bench.value("SELECT count(manager_user_id)::integer FROM crm.users")).to.equal(35);
    expect(
      await bench.value(
        "SELECT count(*)::integer FROM crm.users WHERE manager_user_id IS NOT NULL AND id NOT IN (SELECT owner_user_id FROM crm.opportunities)",
      ),
    ).to.equal(5);
  });

  it("gives each deal its own history and cycle", async () => {
    const history = await bench.rows(`
      SELECT from_stage, to_stage, changed_at, to_amount
      FROM crm.opportunity_history
      JOIN crm.opportunities ON opportunities.id = opportunity_id
      WHERE external_id = '1C1I7A6R'
      ORDER BY changed_at`);
    expect(history).to.deep.equal([
      {
        from_stage: null,
        to_stage: "Qualification",
        changed_at: "2016-10-20 00:00:00+00",
        to_amount: null,
      },
      {
        from_stage: "Qualification",
        to_stage: "Closed Won",
        changed_at: "2017-03-01 00:00:00+00",
        to_amount: "1054.0000",
      },
    ]);
    const cycle =
      "SELECT sum(close_date - created_at::date)::integer FROM crm.opportunities WHERE stage = 'Closed Won'";
    const rows = parse(await readText(join(data, "sales_pipeline.csv")), {
      columns: true,
    }) as Record<string, string>[];
    const days = rows
      .filter((row) => row.deal_stage === "Won")
      .map(
        (row) =>
          (Date.parse(row.close_date ?? "") - Date.parse(row.engage_date ?? "")) / 86_400_000,
      );
    expect(await bench.value(cycle)).to.equal(days.reduce((sum, day) => sum + day, 0));
  });

  it("changes nothing the second time", async () => {
    const state = `
      SELECT md5(string_agg(xmin::text || xmax::text || ctid::text, ' ' ORDER BY id)) AS rows,
        (SELECT count(*) FROM crm.opportunity_history) AS history
      FROM crm.opportunities`;
    const before = await bench.rows(state);
    expect(counts(await load())).to.deep.equal({
      read: 8997,
      inserted: 0,
      updated: 0,
      unchanged: 8936,
      skipped: 61,
      rejected: 0,
    });
    expect(await bench.rows(state)).to.deep.equal(before);
  });

  it("updates the one deal that changed, with its history", async () => {
    const folder = join(bench.folder, "changed");
    await cp(data, folder, { recursive: true });
    const file = join(folder, "sales_pipeline.csv");
    const text = await readFile(file, "utf8");
    const changed = text.replace(
      "HAXMC4IX,James Ascencio,MG Advanced,,Engaging,2016-11-03,,",
      "HAXMC4IX,James Ascencio,MG Advanced,,Won,2016-11-03,2018-01-05,3000",
    );
    expect(changed).not.to.equal(text);
    await writeFile(file, changed, { mode: 0o644 }).catch(() => {});
    const result = await load({ dataDir: folder });
    expect(result).to.include({ inserted: 0, updated: 1, rejected: 0 });
    const [last] = await bench.rows(
      "SELECT from_stage, to_stage, changed_at, to_amount FROM crm.opportunity_history ORDER BY id DESC LIMIT 1",
    );
    expect(last).to.deep.equal({
      from_stage: "Qualification",
      to_stage: "Closed Won",
      changed_at: "2018-01-05 00:00:00+00",
      to_amount: "3000.0000",
    });
  });
});
