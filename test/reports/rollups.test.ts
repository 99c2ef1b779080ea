import { randomInt } from "node:crypto";
import { expect } from "chai";
import type pg from "pg";
import { asReader, EVERYTHING } from "../../src/db/transaction.ts";
import { foldMart } from "../../src/marts/fold.ts";
import { readAudience } from "../../src/reports/audience.ts";
import { boundPage, boundQuery } from "../../src/reports/bound-query.ts";
import { type LoadedReport, loadReports } from "../../src/reports/load.ts";
import { resolveState } from "../../src/reports/state.ts";
import { createRandom } from "../live/support/random.ts";
import { addWorld } from "../live/support/world.ts";
import { WRITES } from "../live/support/writes.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addPerson } from "../support/people.ts";

const seed = Number(process.env.TIDEMARK_LIVE_SEED ?? randomInt(1_000_000));
const PERIODS = [
  "all",
  "2026-10-15..2026-11-20",
  "2026-11-01..2026-11-30",
  "2026-01-01..2026-12-31",
];

/** What filters offer of some people's rows, and the rows. */
const VALUES = [
  { values: "deal_values", rows: "sales_dashboard", product: "product_name" },
  { values: "lead_values", rows: "lead_conversion" },
  { values: "case_values", rows: "support_cases", source: "NULL" },
  {
    values: "call_values",
    rows: "rep_weekly_scores",
    industry: "NULL",
    source: "NULL",
    signal: "signal_name",
  },
  {
    values: "outcome_values",
    rows: "signal_outcomes",
    product: "product_name",
    signal: "signal_name",
  },
].map(
  ({
    values,
    rows,
    industry = "industry",
    source = "lead_source",
    product = "NULL",
    signal = "NULL",
  }) => ({
    offered: `SELECT name, value FROM reporting.${values} WHERE name <> 'currency'`,
    there: `
    SELECT DISTINCT name, value
    FROM reporting.${rows}
    CROSS JOIN LATERAL (VALUES ('industry', ${industry}), ('source', ${source}), ('product', ${product}), ('signal', ${signal})) AS has (name, value)
    WHERE value IS NOT NULL`,
  }),
);

const binds = ({ queries }: LoadedReport, name: string) =>
  [...queries.values()].some(({ names }) => names.includes(name));
/** Whether it takes sums also for whoever sees the rows of some. */
const readsOwnSums = (report: LoadedReport) => binds(report, "takes_sums");

describe(`reports that read sums (seed ${seed})`, () => {
  let db: TestDatabase;
  let reports: LoadedReport[];
  let manager: string;
  const random = createRandom(seed);

  before(async () => {
    db = await createTestDatabase();
    await addWorld(db.pool);
    // Somebody who sees the rows of some.
    manager = await addPerson(db.pool, "Manager");
    await db.pool.query(
      "INSERT INTO crm.user_roles SELECT $1, id FROM crm.roles WHERE role_name IN ('Sales Manager', 'Support Manager')",
      [manager],
    );
    await db.pool.query("UPDATE crm.users SET manager_user_id = $1 WHERE id = ANY ($2)", [
      manager,
      (await db.pool.query("SELECT id FROM crm.users WHERE first_name ~ '^Rep [1-4]$'")).rows.map(
        ({ id }) => id,
      ),
    ]);
    await refreshMarts(db.pool);
    // One about a person asks for nobody's sums.
    reports = [...(await loadReports()).values()].filter(
      (report) => !report.isAboutOne && (binds(report, "sees_all") || readsOwnSums(report)),
    );
  });
  after(() => db.drop());

  let looks = 0;
  /**
   * Every section as whoever sees all rows reads it, or some, and as it is without sums: every other period, which are others
   * at the next look, at the next report and for the other reader.
   */
  async function compare(): Promise<number> {
    let count = 0;
    looks += 1;
    for (const [turn, viewer] of [EVERYTHING, manager].entries())
      await asReader(db.pool, viewer, async (client) => {
        for (const [place, report] of reports.entries()) {
          if (viewer !== EVERYTHING && !readsOwnSums(report)) continue;
          const periods = PERIODS.filter((_, at) => (at + place + looks + turn) % 2 === 0);
          for (const period of periods) count += await compareReport(client, report, period);
        }
        if (viewer === manager) count += await compareValues(client);
      });
    return count;
  }

  async function compareValues(client: pg.PoolClient) {
    let count = 0;
    const inOrder = async (sql: string) =>
      (await client.query(`SELECT * FROM (${sql}) AS found ORDER BY name, value`)).rows;
    for (const { offered, there } of VALUES) {
      const expected = await inOrder(there);
      expect(await inOrder(offered), offered).to.deep.equal(expected);
      count += expected.length;
    }
    return count;
  }

  async function compareReport(client: pg.PoolClient, report: LoadedReport, period: string) {
    const context = {
      client,
      ...(await readAudience(client, report.permission)),
      today: "2026-12-01",
      currency: "USD",
      withOptions: false,
    };
    const fast = await resolveState(report, new URLSearchParams({ period }), context);
    const no = { type: "boolean", value: false } as const;
    const slow = { ...fast, bindings: { ...fast.bindings, sees_all: no, takes_sums: no } };
    let count = 0;
    for (const section of report.sections) {
      const rows = async ({ text, values }: ReturnType<typeof boundQuery>) =>
        (await client.query(text, values)).rows;
      const about = `${report.slug} ${section.key} ${period}`;
      const expected = await rows(boundQuery(report, section, slow, context));
      expect(await rows(boundQuery(report, section, fast, context)), about).to.deep.equal(expected);
      if (section.kind === "table" && (section.totalQuery || section.countQuery)) {
        const first = await rows(boundPage(report, section, fast, context));
        expect(first, about).to.deep.equal(expected.slice(0, section.pageRows + 1));
      }
      count += expected.length;
    }
    return count;
  }

  const write = async (times: number) => {
    for (let i = 0; i < times; i++)
      await db.pool
        .query(random.pick(WRITES)(random))
        // Some write what a rule forbids.
        .catch(({ code }) => expect(code).to.match(/^(22|23)/));
    // What was planned is done, and some of it is taken back: rows of sums by owner go.
    const some = () => [`${random.pick([..."0123456789"])}$`];
    await db.pool.query(
      "UPDATE crm.activities SET completed_at = activity_date WHERE subject ~ $1",
      some(),
    );
    await db.pool.query(
      "DELETE FROM crm.activities WHERE subject ~ $1 AND owner_user_id IS NOT NULL",
      [`${random.pick([..."0123456789"])}${some()}`],
    );
  };
  const fold = async () => {
    for (const mart of [
      "signal_outcomes",
      "rep_weekly_scores",
      "sales_dashboard",
      "pipeline_history",
      "won_deals",
      "lead_conversion",
      "stage_funnel",
      "rep_daily_activities",
      "support_cases",
      "case_open_times",
    ])
      await foldMart(db.pool, mart);
  };

  it("say the same with them and without, wherever changes are", async () => {
    expect(reports.map(({ slug }) => slug)).to.include.members([
      "rep-weekly-scores",
      "sales-dashboard",
      "signal-outcomes",
    ]);
    expect(await compare(), "just refreshed").to.be.above(500);
    await write(40);
    expect(await compare(), "not folded").to.be.above(500);
    await fold();
    expect(await compare(), "folded").to.be.above(500);
    await write(40);
    expect(await compare(), "folded and changed again").to.be.above(500);
    await refreshMarts(db.pool);
    await write(5);
    expect(await compare(), "changed after a refresh").to.be.above(500);
  }).timeout(180_000);

  it("take sums that are of the marts that they see, and no others", async () => {
    const fills = async () =>
      (await db.pool.query("SELECT rollup, fill_no FROM mart.rollup_fills ORDER BY rollup")).rows;
    const before = await fills();
    expect(before).to.have.length.above(2);
    await db.pool.query("UPDATE mart.rollup_fills SET base_snapshot = '1:1:'");
    expect(await compare(), "stale").to.be.above(500);
    await db.pool.query("DELETE FROM mart.rollup_fills");
    expect(await compare(), "none").to.be.above(500);
    await refreshMarts(db.pool);
    expect(await fills()).to.have.length(before.length);
  }).timeout(180_000);
});
