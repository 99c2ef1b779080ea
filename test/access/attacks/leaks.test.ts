import { expect } from "chai";
import type pg from "pg";
import { refreshMarts } from "../../support/marts.ts";
import { ABOUT_ALL, type Attacker, attempt, laySiege, type Siege } from "../../support/siege.ts";

interface Column {
  view: string;
  name: string;
  type: string;
}

/** Words of which there are few, and which everybody knows: the planner may sample them. */
const CATEGORIES = new Set([
  "activity_type",
  "cohort",
  "currency",
  "forecast_category",
  "industry",
  "kind",
  "lead_source",
  "mart",
  "name of fiscal_periods",
  "opportunity_currency",
  "period_kind",
  "period_name",
  "previous_stage",
  "previous_status",
  "outcome",
  "priority",
  "signal_name",
  "stage",
  "standing",
  "stage_outcome",
  "status",
  "visibility",
  // What there is to filter by: kinds of things, of which the values are the names.
  ...["deal", "lead", "case", "call", "outcome"].flatMap((one) => [
    `name of ${one}_values`,
    `value of ${one}_values`,
  ]),
]);
/** About everybody, for everybody. */
const PUBLIC = [...ABOUT_ALL, "custom_fields", "exchange_rates", "fiscal_periods", "stages"];

/** For a team or for one person: not for whoever sees all rows, either. */
const BETWEEN_PEOPLE = "annotations";

const isNumber = ({ type }: Column) => /^(numeric|bigint|integer|double)/.test(type);

/** What a BI login learns of rows that it does not see, from conditions that tell, and from plans. */
describe("rows that a BI login does not see", () => {
  let siege: Siege;
  let columns: Column[];
  /** All values of each column, as whoever sees all has them. */
  const everything = new Map<Column, string[]>();

  before(async () => {
    siege = await laySiege();
    ({ rows: columns } = await siege.db.pool.query<Column>(`
      SELECT relname AS view, attname AS name, format_type(atttypid, atttypmod) AS type
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
      WHERE relnamespace = 'reporting'::regnamespace AND relkind = 'v' AND attnum > 0
      ORDER BY relname, attnum`));
    columns = columns.filter(({ view }) => !PUBLIC.includes(view));
    const session = await siege.omniscient.connect();
    for (const column of columns) everything.set(column, await valuesOf(session, column));
    await session.end();
  });
  after(() => siege.lift());

  const valuesOf = async (session: pg.Client, { view, name }: Column): Promise<string[]> =>
    (
      await session.query(
        `SELECT view.${name}::text AS value FROM reporting.${view} AS view WHERE view.${name} IS NOT NULL`,
      )
    ).rows.map(({ value }) => value);

  for (const who of ["rep", "manager"] as const)
    describe(`of a ${who}`, () => {
      let attacker: Attacker;
      let session: pg.Client;
      before(async () => {
        attacker = siege[who];
        session = await attacker.login.connect();
        // Reads of whole tables look at every row, also at those that an index would leave out.
        await session.query(
          "SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off",
        );
      });
      after(() => session.end());

      it("are there: every view has more for whoever sees all", async () => {
        for (const view of new Set(columns.map((column) => column.view))) {
          if (view === BETWEEN_PEOPLE) continue;
          const count = `SELECT count(*)::int AS count, md5(string_agg(line::text, ',' ORDER BY line::text)) AS lines FROM reporting.${view} AS line`;
          const [all] = await siege.omniscient.query<{ count: number; lines: string }>(count);
          const { rows } = await session.query(count);
          // Sums may be of as many days, of more rows.
          expect(rows[0].lines, view).not.to.equal(all?.lines);
          expect(rows[0].count, view).to.be.at.most(all?.count as number);
        }
      });

      it("are never handed to a function in a condition, which could keep them", async () => {
        for (const column of columns) {
          const { view, name } = column;
          const own = await valuesOf(session, column);
          await session.query("SELECT set_config('leak.seen', '', false)");
          const { rows } = await session.query(
            `SELECT count(*)::int AS count FROM reporting.${view} AS view
             WHERE view.${name} IS NOT NULL
               AND set_config('leak.seen', current_setting('leak.seen') || chr(10) || view.${name}::text, false) <> ''`,
          );
          const { rows: kept } = await session.query("SELECT current_setting('leak.seen') AS seen");
          const seen = kept[0].seen.split("\n").slice(1);
          expect([...seen].sort(), `${view}.${name}`).to.deep.equal([...own].sort());
          expect(rows[0].count).to.equal(own.length);
        }
      });

      it("are in no error of a condition that fails on each of them", async () => {
        for (const view of new Set(columns.map((column) => column.view))) {
          const own = columns.filter((column) => column.view === view);
          const values = [];
          for (const column of own) values.push([...new Set(await valuesOf(session, column))]);
          // All columns at once: each is asked of every row that is looked at.
          const fails = own
            .map(
              ({ name }, index) =>
                `CASE WHEN view.${name} IS NULL OR view.${name}::text = ANY ($${index + 1}) THEN true ELSE ('leak ' || view.${name}::text)::date IS NULL END`,
            )
            .join(" AND ");
          const names = own.map(({ name }) => `view.${name}`).join(", ");
          for (const sql of [
            `SELECT FROM reporting.${view} AS view WHERE ${fails}`,
            `SELECT FROM reporting.${view} AS view JOIN (VALUES (1)) AS one (a) ON ${fails}`,
            `SELECT FROM (SELECT * FROM reporting.${view}) AS view GROUP BY ${names} HAVING ${fails}`,
            `SELECT FROM reporting.${view} AS view WHERE EXISTS (SELECT FROM reporting.${view} AS view WHERE ${fails})`,
          ]) {
            const { code, message } = await attempt(session, sql, values);
            expect(code, `${message} in ${sql}`).to.equal(undefined);
          }
        }
      });

      it("divide nothing by zero", async () => {
        let tried = 0;
        for (const column of columns.filter(isNumber)) {
          const own = new Set(await valuesOf(session, column));
          for (const value of new Set(everything.get(column)))
            if (!own.has(value)) {
              tried++;
              const { code } = await attempt(
                session,
                `SELECT FROM reporting.${column.view} WHERE 1 / (${column.name} - ${value}) > 0`,
              );
              expect(code, `${column.view}.${column.name} = ${value}`).to.equal(undefined);
            }
        }
        expect(tried).to.be.above(9);
      });

      it("are not named in plans, however much is asked of these", async () => {
        for (const view of new Set(columns.map((column) => column.view))) {
          const { rows } = await session.query(
            `EXPLAIN (ANALYZE, VERBOSE, SETTINGS, FORMAT JSON) SELECT * FROM reporting.${view}`,
          );
          expect(JSON.stringify(rows), view).not.to.match(attacker.hidden);
        }
      });
    });

  it("would be told by the same conditions where a view is no barrier", async () => {
    const session = await siege.rep.login.connect();
    await session.query("SET enable_indexscan = off; SET enable_bitmapscan = off");
    const ask = () =>
      attempt(session, "SELECT FROM reporting.sales_dashboard WHERE 1 / (amount - 2222.5) > 0");
    expect(
      await siege.omniscient.query("SELECT FROM sales_dashboard WHERE amount = 2222.5"),
    ).to.have.length(1);
    expect((await ask()).code).to.equal(undefined);
    await siege.db.pool.query(
      "ALTER VIEW reporting.sales_dashboard SET (security_barrier = false)",
    );
    expect((await ask()).code).to.equal("22012");
    await siege.db.pool.query("ALTER VIEW reporting.sales_dashboard SET (security_barrier = true)");
    await session.end();
  });

  describe("in the planner's estimates", () => {
    let session: pg.Client;
    before(async () => {
      // As many as give the planner something to sample.
      await siege.db.pool.query(MANY);
      await refreshMarts(siege.db.pool);
      await siege.db.pool.query("ANALYZE");
      session = await siege.rep.login.connect();
    });
    after(() => session.end());

    /** Expected rows of every part of the plan. */
    const estimates = async ({ view, name }: Column, condition: string): Promise<string> => {
      const { rows } = await session.query(
        `EXPLAIN (FORMAT JSON) SELECT FROM reporting.${view} AS view WHERE view.${name} ${condition}`,
      );
      return [...JSON.stringify(rows).matchAll(/"Plan Rows":(\d+)/g)]
        .map(([, count]) => count)
        .join(" ");
    };
    /** Whether the planner expects other numbers for other texts. */
    const differs = async (column: Column) => {
      const found = new Set<string>();
      for (const bound of ["", "D", "Sale-m", "many 2", "many 5", "many 9", "zz"])
        found.add(await estimates(column, `< '${bound}'`));
      return found.size > 1;
    };
    const isCategory = ({ view, name }: Column) =>
      CATEGORIES.has(name) || CATEGORIES.has(`${name} of ${view}`);

    it("cannot be spelled out: free text is not sampled", async () => {
      const texts = columns.filter((column) => column.type === "text" && !isCategory(column));
      expect(texts.map(({ name }) => name)).to.include.members([
        "opportunity_name",
        "company_name",
        "lead_name",
        "subject",
        "name",
      ]);
      const told: string[] = [];
      for (const column of texts)
        if (await differs(column)) told.push(`${column.view}.${column.name}`);
      expect(told).to.deep.equal([]);
    });

    it("can be counted, about, by what is sampled: words that are categories, and days", async () => {
      const industry = columns.find(
        ({ view, name }) => view === "sales_dashboard" && name === "industry",
      ) as Column;
      expect(await differs(industry)).to.equal(true);
      expect(await estimates(industry, "= 'many 1'")).not.to.equal(
        await estimates(industry, "= 'none'"),
      );
    });
  });
});

/** Deals, leads and cases of nobody, with names that differ. */
const MANY = `
  INSERT INTO crm.companies (name, industry) SELECT 'many ' || n, 'many ' || n % 3 FROM generate_series(1, 300) AS n;
  INSERT INTO crm.teams (name) SELECT 'many ' || n FROM generate_series(1, 300) AS n;
  INSERT INTO crm.opportunities (name, company_id, stage, close_date, created_at)
  SELECT name, id, 'Closed Won', '2026-11-20', '2026-10-02' FROM crm.companies WHERE name LIKE 'many %';
  INSERT INTO crm.conversations (call_id, opportunity_id, started_at)
  SELECT name, id, '2026-11-02T10:00:00Z' FROM crm.opportunities WHERE name LIKE 'many %';
  INSERT INTO crm.conversation_signals (call_id, signal_name, signal_value) SELECT call_id, 'empathy', 1 FROM crm.conversations WHERE call_id LIKE 'many %';
  INSERT INTO crm.leads (last_name, company_name) SELECT name, name FROM crm.companies WHERE name LIKE 'many %';
  INSERT INTO crm.cases (subject, company_id) SELECT name, id FROM crm.companies WHERE name LIKE 'many %'`;
