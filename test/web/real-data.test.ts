import { join } from "node:path";
import { expect } from "chai";
import { runImport } from "../../src/ingest/run.ts";
import { EXAMPLES, skipWithout, Workbench } from "../ingest/support.ts";
import { refreshMarts } from "../support/marts.ts";
import { exactRows } from "../support/page.ts";
import { startWeb, type WebServer } from "../support/web.ts";

/** From a public data set, through the documented mapping, to what a reader sees. */
describe("reports on real data", () => {
  let bench: Workbench | undefined;
  let web: WebServer | undefined;

  const open = async (mapping: string, dataDir: string) => {
    bench = await Workbench.open();
    const rejects = join(bench.folder, "rejects.csv");
    await runImport(bench.pool, join(EXAMPLES, mapping), { dataDir, strict: true, rejects });
    await refreshMarts(bench.pool);
    web = await startWeb(bench.pool);
    return web;
  };

  afterEach(async () => {
    await web?.close();
    await bench?.close();
    web = undefined;
    bench = undefined;
  });

  it("show the hardware seller's won revenue alike on page, in CSV and in JSON", async function () {
    const { get } = await open("maven-crm.json", skipWithout.call(this, "maven_crm"));
    const report = "/reports/sales-dashboard";

    const page = await (await get(`${report}?period=all`)).text();
    const [tile] = exactRows(page, "summary");
    expect(Number(tile?.won_amount)).to.equal(10_005_534);
    expect(page).to.include("$10,005,534");

    const csv = await (await get(`${report}.csv?period=all`)).text();
    const [header = "", ...lines] = csv.trim().split("\r\n");
    const column = header.split(",").indexOf("won_amount");
    const won = lines.map((line) => Number(line.split(",")[column] || 0));
    expect(won.reduce((sum, one) => sum + one, 0)).to.equal(10_005_534);

    const json = (await (await get(`${report}.json?period=all`)).json()) as {
      won_amount: number;
    }[];
    expect(json.reduce((sum, row) => sum + (row.won_amount ?? 0), 0)).to.equal(10_005_534);
    expect(json).to.have.length(lines.length);
  });

  it("find the bank's trend for duration, and claim no direction for age", async function () {
    const { get } = await open(
      "bank-telemarketing.json",
      skipWithout.call(this, "bank_telemarketing"),
    );
    const answer = await get("/reports/signal-outcomes.json?period=all&section=signals");
    const signals = (await answer.json()) as Record<string, unknown>[];
    const of = (name: string) => signals.find(({ signal_name }) => signal_name === name) ?? {};

    expect(of("duration").finding).to.equal("wins more often as it rises");
    expect(Number(of("duration").trend_p_adjusted)).to.be.lessThan(1e-50);
    expect(of("age").finding).not.to.match(/rises/);
    expect(Number(of("age").trend_p_adjusted)).to.be.greaterThan(0.05);
  });
});
