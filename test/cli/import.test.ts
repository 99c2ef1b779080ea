import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { readText, Workbench } from "../ingest/support.ts";
import { runTidemark } from "../support/tidemark.ts";

const MAPPING = {
  source: "cli",
  steps: [
    {
      file: "deals.csv",
      table: "opportunities",
      columns: {
        external_id: "id",
        name: "id",
        company_id: { constant: "Acme", lookup: { by: "name", create: true } },
        stage: { constant: "Closed Won" },
        close_date: { constant: "2024-05-06" },
        amount: "amount",
      },
    },
  ],
};

describe("import on the command line", function () {
  this.timeout(120_000);
  let bench: Workbench;
  let mapping: string;

  before(async () => {
    bench = await Workbench.open();
    mapping = join(bench.folder, "deals.json");
    await writeFile(mapping, JSON.stringify(MAPPING));
    await writeFile(join(bench.folder, "deals.csv"), "id,amount\n1,100\n2,abc\n");
  });

  after(() => bench.close());

  const run = (...args: string[]) =>
    runTidemark(["import", mapping, ...args], { DATABASE_URL: bench.database.url });
  const deals = () => bench.value("SELECT count(*)::integer FROM crm.opportunities");

  it("shows a dry run and writes nothing", async () => {
    const { code, stdout, stderr } = await run("--dry-run");
    expect(stderr).to.equal("");
    expect(code).to.equal(0);
    expect(stdout).to.match(/^deals\.csv to opportunities +2 +1 +0 +0 +0 +1$/m);
    expect(stdout).to.include('rejected deals.csv line 3, amount "abc": "abc" is not a number');
    expect(stdout).to.include("nothing was written. 1 row rejected.");
    expect(await deals()).to.equal(0);
  });

  it("fails when strict, and says why in one line", async () => {
    const { code, stdout, stderr } = await run(
      "--strict",
      "--json",
      "--rejects",
      join(bench.folder, "bad.csv"),
    );
    expect(code).to.equal(1);
    expect(stderr.trim()).to.equal(
      "tidemark: 1 row was rejected, so nothing was loaded: mend it or leave out --strict (import_rejected)",
    );
    expect(JSON.parse(stdout)).to.include({ loaded: false, strict: true, read: 2, rejected: 1 });
    expect(await readText(join(bench.folder, "bad.csv"))).to.include('"abc"');
    expect(await deals()).to.equal(0);
  });

  it("loads the rest, says what was left out, and refreshes the reports", async () => {
    const { code, stdout, stderr } = await run("--rejects", join(bench.folder, "bad.csv"));
    expect(stderr).to.equal("");
    expect(code).to.equal(0);
    expect(stdout).to.match(
      /Loaded 1 row in [\d.]+ s\. 1 row rejected; all of them are in .*bad\.csv\./,
    );
    expect(
      await bench.value(
        "SELECT count(*)::integer FROM mart.sales_dashboard WHERE opportunity_name = '1'",
      ),
    ).to.equal(1);
  });

  it("names a bad mapping in one line", async () => {
    const { code, stderr } = await runTidemark(["import", join(bench.folder, "none.json")], {
      DATABASE_URL: bench.database.url,
    });
    expect(code).to.equal(1);
    expect(stderr.trim()).to.match(
      /^tidemark: .*none\.json: there is no such file \(bad_mapping\)$/,
    );
  });
});
