import { join } from "node:path";
import { expect } from "chai";
import { runImport } from "../../src/ingest/run.ts";
import { EXAMPLES, skipWithout, Workbench } from "./support.ts";

describe("the example mapping of the bank's calls", () => {
  let data: string;
  let bench: Workbench;

  before(async function () {
    data = skipWithout.call(this, "bank_telemarketing");
    bench = await Workbench.open();
  });

  after(() => bench?.close());

  const load = () =>
    runImport(bench.pool, join(EXAMPLES, "bank-telemarketing.json"), {
      dataDir: data,
      strict: true,
      rejects: join(bench.folder, "rejects.csv"),
    });

  it("makes a deal, a call and three signals of each row", async () => {
    expect(await load()).to.include({
      loaded: true,
      read: 5 * 4119,
      inserted: 5 * 4119,
      rejected: 0,
    });
    expect(
      await bench.rows(
        "SELECT stage, count(*)::integer AS deals FROM crm.opportunities GROUP BY stage ORDER BY stage",
      ),
    ).to.deep.equal([
      { stage: "Closed Won", deals: 451 },
      { stage: "Closed Lost", deals: 3668 },
    ]);
    expect(
      await bench.rows(
        "SELECT signal_name, count(*)::integer AS calls FROM crm.conversation_signals GROUP BY signal_name ORDER BY signal_name",
      ),
    ).to.deep.equal([
      { signal_name: "age", calls: 4119 },
      { signal_name: "campaign", calls: 4119 },
      { signal_name: "duration", calls: 4119 },
    ]);
  });

  it("holds every call before its deal closed, and the deal's opening before the call", async () => {
    const wrong = `
      SELECT count(*)::integer
      FROM crm.conversations
      JOIN crm.opportunities ON opportunities.id = opportunity_id
      WHERE started_at >= stage_changed_at OR started_at::date >= close_date OR started_at <= opportunities.created_at`;
    expect(await bench.value(wrong)).to.equal(0);
    expect(
      await bench.value("SELECT count(opportunity_id)::integer FROM crm.conversations"),
    ).to.equal(4119);
  });

  it("knows 999 days for what it means", async () => {
    const days =
      "SELECT count(*)::integer FROM crm.opportunities WHERE custom_fields ? 'days_since_last_campaign'";
    expect(await bench.value(days)).to.equal(160);
  });

  it("changes nothing the second time", async () => {
    expect(await load()).to.include({ inserted: 0, updated: 0, unchanged: 5 * 4119 });
  });
});
