import { expect } from "chai";
import type pg from "pg";
import { asReader, EVERYTHING } from "../../src/db/transaction.ts";
import { foldMart } from "../../src/marts/fold.ts";
import { type Planned, readAudience } from "../../src/reports/audience.ts";
import { boundQuery } from "../../src/reports/bound-query.ts";
import { keepChanges } from "../../src/reports/keep.ts";
import { loadReports } from "../../src/reports/load.ts";
import { resolveState } from "../../src/reports/state.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { NOBODY } from "../support/people.ts";
import { addWorld, idOf } from "./support/world.ts";

/** Things that two people do in a day, some to each other's rows. */
const WORK = [
  `UPDATE crm.opportunities SET amount = amount + 1 WHERE owner_user_id = ${idOf("rep", 1)}`,
  `UPDATE crm.opportunities SET owner_user_id = ${idOf("rep", 2)} WHERE id = ${idOf("deal", 7)}`,
  `UPDATE crm.opportunities SET owner_user_id = NULL WHERE id = ${idOf("deal", 13)}`,
  `DELETE FROM crm.opportunities WHERE id = ${idOf("deal", 8)}`,
  `UPDATE crm.conversations SET started_at = started_at + interval '7 days' WHERE rep_user_id = ${idOf("rep", 1)}`,
  `UPDATE crm.conversations SET rep_user_id = ${idOf("rep", 1)} WHERE call_id IN ('call 2', 'call 3')`,
  "UPDATE crm.conversation_signals SET signal_value = 0.75 WHERE call_id IN ('call 1', 'call 2', 'call 4')",
  `UPDATE crm.activities SET completed_at = activity_date WHERE owner_user_id = ${idOf("rep", 1)}`,
  `UPDATE crm.leads SET owner_user_id = ${idOf("rep", 2)} WHERE last_name = 'Lead 1'`,
  `UPDATE crm.cases SET priority = 'High' WHERE owner_user_id = ${idOf("rep", 1)}`,
];
/** After all that happens in the world of the tests. */
const today = "2026-12-01";
const LAYERS = ["nothing folded", "some folded, some changed again", "everything folded"];

describe("rows that are kept for a page", () => {
  let db: TestDatabase;
  let views: { view: string; owner: string }[];
  let reps: string[];
  let marts: string[];

  before(async () => {
    db = await createTestDatabase();
    await addWorld(db.pool);
    await db.pool.query(`
      INSERT INTO crm.user_roles
      SELECT ${idOf("rep", 1)}, id FROM crm.roles WHERE role_name IN ('Sales Representative', 'Support Manager')`);
    await refreshMarts(db.pool);
    const ask = async (sql: string) => (await db.pool.query(sql)).rows;
    views = await ask(`
      SELECT view_name AS view, attname AS owner
      FROM mart.kept_views
      JOIN pg_attribute ON attrelid = format('reporting.%I', view_name)::regclass AND attname IN ('owner_user_id', 'rep_user_id')
      ORDER BY 1`);
    marts = (await ask("SELECT mart FROM mart.live_marts")).map(({ mart }) => mart);
    reps = (await ask(`SELECT ${[0, 1, 2, 3].map((n) => `${idOf("rep", n)} AS r${n}`)}`)).flatMap(
      (row) => Object.values(row) as string[],
    );
  });
  after(() => db.drop());

  const keep = async (client: pg.PoolClient, owners?: string[]): Promise<string[]> =>
    (await client.query("SELECT reporting.keep_changes($1, $2) AS views", [marts, owners])).rows[0]
      .views;
  const rowsOf = async (client: pg.PoolClient, view: string, where = "true", values?: unknown[]) =>
    (
      await client.query(
        `SELECT to_jsonb(rows)::text AS row FROM ${view} AS rows WHERE ${where} ORDER BY 1`,
        values,
      )
    ).rows.map(({ row }) => row as string);

  const columnsOf = async (view: string) => {
    const { rows } = await db.pool.query<{ columns: string }>(
      "SELECT string_agg(quote_ident(attname), ', ') AS columns FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0",
      [view],
    );
    return rows[0]?.columns;
  };

  /** All views, as kept and as any tool reads them. @returns how many rows there were */
  async function compareFor(viewer: string, owners: string[] | undefined): Promise<number> {
    return asReader(db.pool, viewer, async (client) => {
      const expected = new Map<string, string[]>();
      for (const { view, owner } of views)
        expected.set(
          view,
          await rowsOf(
            client,
            // What is there for tools alone, pages do not read.
            `(SELECT ${await columnsOf(`own_kept.${view}`)} FROM reporting.${view})`,
            `$1::uuid[] IS NULL OR ${owner} = ANY ($1)`,
            [owners],
          ),
        );
      const kept = await keep(client, owners);
      expect(kept).to.deep.equal(views.map(({ view }) => view));
      let count = 0;
      for (const { view, owner } of views) {
        const shown =
          viewer === EVERYTHING
            ? await rowsOf(client, `all_kept.${view}`, `${owner} = ANY ($1)`, [owners])
            : await rowsOf(client, `own_kept.${view}`);
        expect(shown, view).to.deep.equal(expected.get(view));
        count += shown.length;
      }
      return count;
    });
  }

  it("are those of every mart whose owner comes first in its key", () => {
    // A row of the history says who had a deal then: those of one deal may be several people's.
    expect(views.map(({ view }) => view)).to.deep.equal(
      [
        ...marts.filter((mart) => mart !== "pipeline_history"),
        "rep_activity_parts",
        "won_deal_lines",
      ].sort(),
    );
  });

  for (const layers of LAYERS) {
    it(`are what a read without them finds, with ${layers}`, async () => {
      if (layers !== LAYERS[0]) for (const mart of marts) await foldMart(db.pool, mart);
      if (layers !== LAYERS[2]) for (const sql of WORK) await db.pool.query(sql);
      const [, one, two] = reps as [string, string, string];
      expect(await compareFor(EVERYTHING, [one])).to.be.above(20);
      expect(await compareFor(EVERYTHING, [one, two, NOBODY])).to.be.above(40);
      expect(await compareFor(one, undefined)).to.be.above(20);
      expect(await compareFor(one, [one, two])).to.be.above(20);
      expect(await compareFor(one, [two])).to.equal(0);
    });
  }

  it("are enough for every section of a report that can be asked about people", async () => {
    const owner = reps[1]!;
    // Of one about a person nothing is kept by owner: it holds them against others.
    const reports = [...(await loadReports()).values()].filter(
      ({ parameters, isAboutOne }) => parameters.includes("owner") && !isAboutOne,
    );
    expect(reports).to.have.length.above(2);
    let count = 0;
    await asReader(db.pool, EVERYTHING, async (client) => {
      const kept = await keepChanges(client, { marts, owners: [owner] });
      for (const report of reports) {
        const audience = await readAudience(client, report.permission);
        const { planned } = audience;
        const context = { client, ...audience, today, currency: "USD", withOptions: false };
        const state = await resolveState(
          report,
          new URLSearchParams({ period: "all", owner }),
          context,
        );
        for (const section of report.sections) {
          const read = async (how: Planned) => {
            const { text, values } = boundQuery(report, section, state, { planned: how });
            return { text, rows: (await client.query(text, values)).rows };
          };
          const [asKept, asAny] = [await read(kept(planned)), await read(planned)];
          const about = `${report.slug} ${section.key}`;
          expect(asKept.rows, about).to.deep.equal(asAny.rows);
          const viewsRead = [...asAny.text.matchAll(/_rows\.(\w+)/g)].map(([, view]) => view);
          if (views.some(({ view }) => viewsRead.includes(view)))
            expect(asKept.text, about).to.match(/all_kept\./);
          count += asKept.rows.length;
        }
      }
    });
    expect(count).to.be.above(20);
  });

  it("are nobody else's, whatever is asked of them", async () => {
    const [, one, two] = reps as [string, string, string];
    await asReader(db.pool, one, async (client) => {
      await keep(client, [two]);
      for (const { view } of views)
        for (const schema of ["own_kept", "all_kept"])
          expect(await rowsOf(client, `${schema}.${view}`), view).to.deep.equal([]);
    });
    await asReader(db.pool, EVERYTHING, async (client) => {
      await keep(client, [two]);
      for (const { view, owner } of views)
        for (const schema of ["own_kept", "all_kept"])
          expect(
            await rowsOf(client, `${schema}.${view}`, `${owner} <> '${two}'`),
            view,
          ).to.deep.equal([]);
    });
  });

  const fails = async (viewer: string, prepare: (client: pg.PoolClient) => Promise<unknown>) => {
    for (const { view } of views)
      for (const schema of ["own_kept", "all_kept"]) {
        const read = asReader(db.pool, viewer, async (client) => {
          await prepare(client);
          return rowsOf(client, `${schema}.${view}`);
        });
        expect(await read.catch((error: Error) => error.message), view).to.match(
          /^no rows of mart \w+ are kept/,
        );
      }
  };

  it("are not none where nothing was kept: such a read fails", async () => {
    await fails(EVERYTHING, async () => {});
    // About nobody in particular, or of too many people.
    await fails(EVERYTHING, (client) => keep(client));
    await fails(EVERYTHING, (client) =>
      keep(
        client,
        Array.from({ length: 21 }, () => NOBODY),
      ),
    );
  });

  it("are not shown to anybody but for whom they were kept", () =>
    fails(EVERYTHING, async (client) => {
      await keep(client, [reps[1]!]);
      await client.query("SELECT set_config('tidemark.viewer', $1, true)", [reps[2]]);
    }));

  it("are not kept where one statement does not see what the one before it saw", async () => {
    const client = await db.pool.connect();
    await client.query("BEGIN READ ONLY; SELECT set_config('tidemark.viewer', '*', true)");
    expect(await keep(client, [reps[1]!])).to.deep.equal([]);
    await client.query("COMMIT");
    expect(await keep(client, [reps[1]!])).to.deep.equal([]);
    client.release();
  });

  it("are left to look up where they are many", async () => {
    await db.pool.query(`
      INSERT INTO crm.opportunities (name, company_id, owner_user_id)
      SELECT 'Deal', ${idOf("company", 1)}, ${idOf("rep", 3)} FROM generate_series(1, 101)`);
    await asReader(db.pool, EVERYTHING, async (client) => {
      expect(await keep(client, [reps[3]!])).not.to.include("sales_dashboard");
      expect(await keep(client, [reps[0]!])).to.include("sales_dashboard");
    });
  });
});
