import { expect } from "chai";
import { Workbench } from "./support.ts";

const STEP = {
  file: "deals.csv",
  table: "opportunities",
  columns: {
    external_id: "id",
    name: "id",
    company_id: { constant: "Acme", lookup: { by: "name", create: true } },
    stage: "stage",
    amount: "amount",
    close_date: "closed",
    created_at: "found",
    stage_changed_at: ["closed", "offered", "talked", "found"],
  },
  stage_history: [
    { stage: "Prospecting", entered: "found" },
    { stage: "Qualification", entered: "talked" },
    { stage: "Proposal/Price Quote", entered: "offered" },
  ],
};
const HEAD = "id,stage,amount,found,talked,offered,closed\n";

describe("deals with dates of their own", () => {
  let bench: Workbench;

  before(async () => {
    bench = await Workbench.open();
  });

  after(() => bench.close());

  const load = (rows: string) =>
    bench.import(
      { "deals.csv": HEAD + rows },
      [
        {
          ...STEP,
          columns: { ...STEP.columns, stage_changed_at: { column: STEP.columns.stage_changed_at } },
        },
      ],
      {
        zone: "America/New_York",
        // A name that would upset statements put together carelessly.
        source: `WHERE it's "quoted" $& \\ -- ;`,
      },
    );

  const history = (id: string) =>
    bench.rows(
      `SELECT concat_ws(' > ', from_stage, to_stage) AS change, changed_at, to_amount AS amount
      FROM crm.opportunity_history JOIN crm.opportunities ON opportunities.id = opportunity_id
      WHERE external_id = $1 ORDER BY changed_at, opportunity_history.id`,
      [id],
    );

  const rows = [
    "full,Closed Won,100,2024-01-01,2024-01-05,2024-02-01,2024-03-01",
    "leap,Closed Lost,50,2024-01-01,,,2024-07-01",
    "open,Qualification,70,2024-01-01,2024-01-02,,",
    "sameday,Closed Won,5,2024-01-01,2024-01-01,2024-01-01,2024-01-01",
    "new,Prospecting,1,2024-01-01,,,",
    "backwards,Closed Won,9,2024-02-01,2024-01-01,,2024-03-01",
  ];

  it("go through their stages on those dates, in the zone of the mapping", async () => {
    const result = await load(rows.join("\n"));
    expect(result).to.include({ inserted: 5, rejected: 1 });
    expect(result.steps[0]?.examples[0]).to.include({
      line: 7,
      reason: "a later stage has an earlier date",
    });
    expect(await history("full")).to.deep.equal([
      { change: "Prospecting", changed_at: "2024-01-01 05:00:00+00", amount: null },
      { change: "Prospecting > Qualification", changed_at: "2024-01-05 05:00:00+00", amount: null },
      {
        change: "Qualification > Proposal/Price Quote",
        changed_at: "2024-02-01 05:00:00+00",
        amount: null,
      },
      {
        change: "Proposal/Price Quote > Closed Won",
        changed_at: "2024-03-01 05:00:00+00",
        amount: "100.0000",
      },
    ]);
    expect(await history("leap")).to.deep.equal([
      { change: "Prospecting", changed_at: "2024-01-01 05:00:00+00", amount: null },
      {
        change: "Prospecting > Closed Lost",
        changed_at: "2024-07-01 04:00:00+00",
        amount: "50.0000",
      },
    ]);
    expect((await history("open")).map((row) => row.change)).to.deep.equal([
      "Prospecting",
      "Prospecting > Qualification",
    ]);
    expect(await history("new")).to.deep.equal([
      { change: "Prospecting", changed_at: "2024-01-01 05:00:00+00", amount: "1.0000" },
    ]);
  });

  it("keep the order of stages entered on one day", async () => {
    expect(await history("sameday")).to.deep.equal([
      { change: "Prospecting", changed_at: "2024-01-01 05:00:00+00", amount: null },
      {
        change: "Prospecting > Qualification",
        changed_at: "2024-01-01 05:00:00.000001+00",
        amount: null,
      },
      {
        change: "Qualification > Proposal/Price Quote",
        changed_at: "2024-01-01 05:00:00.000002+00",
        amount: null,
      },
      {
        change: "Proposal/Price Quote > Closed Won",
        changed_at: "2024-01-01 05:00:00.000003+00",
        amount: "5.0000",
      },
    ]);
  });

  it("write no history when nothing changed, and one entry when something did", async () => {
    const count = () => bench.value("SELECT count(*)::integer FROM crm.opportunity_history");
    const before = Number(await count());
    expect(await load(rows.join("\n"))).to.include({ inserted: 0, updated: 0, unchanged: 5 });
    expect(await count()).to.equal(before);
    expect(
      await load("open,Closed Won,75,2024-01-01,2024-01-02,2024-01-03,2024-01-09\n"),
    ).to.include({ updated: 1 });
    expect(await count()).to.equal(before + 1);
    expect((await history("open")).at(-1)).to.deep.equal({
      change: "Qualification > Closed Won",
      changed_at: "2024-01-09 05:00:00+00",
      amount: "75.0000",
    });
  });
});
