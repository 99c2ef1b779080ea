import { expect } from "chai";
import type pg from "pg";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { type Comparison, compareMarts } from "./support/comparison.ts";
import { createRandom } from "./support/random.ts";
import {
  deleteOf,
  insertOf,
  listSources,
  type SourceTable,
  updateOf,
  valueFor,
} from "./support/tables.ts";
import { addWorld } from "./support/world.ts";

/** A trigger that writes down changes of a table, and statements that it should notice. */
interface Capture {
  table: SourceTable;
  trigger: string;
  /** insert, delete, update or truncate */
  events: string[];
}

describe("the triggers that live marts rely on", function () {
  this.timeout(300_000);
  let db: TestDatabase;
  let client: pg.PoolClient;
  let captures: Capture[];
  const original: Record<string, string> = {};

  before(async () => {
    db = await createTestDatabase();
    await addWorld(db.pool);
    await refreshMarts(db.pool);
    client = await db.pool.connect();
    captures = await listCaptures(client);
  });
  after(async () => {
    client.release();
    await db.drop();
  });
  beforeEach(() => client.query("BEGIN"));
  afterEach(() => client.query("ROLLBACK"));

  /** Whatever the work writes is gone afterwards. */
  async function inSavepoint<T>(work: () => Promise<T>): Promise<T | undefined> {
    await client.query("SAVEPOINT tried");
    try {
      return await work();
    } catch (error) {
      // Refused by a key or a rule of the table: another write will do.
      if (!/^2[23]/.test((error as { code?: string }).code ?? "")) throw error;
      return undefined;
    } finally {
      await client.query("ROLLBACK TO tried");
    }
  }

  const definitionsOf = async (marts: readonly string[]) => {
    const texts: Record<string, string> = {};
    for (const mart of marts) {
      const { rows } = await client.query(
        `SELECT md5(string_agg(row, '' ORDER BY row)) AS rows
         FROM (SELECT to_jsonb(definition)::text AS row FROM mart.${mart}_definition AS definition) AS rows`,
      );
      texts[mart] = rows[0].rows;
    }
    return texts;
  };

  /** Marts whose live view is wrong after the statement, and those whose definition it changes. */
  async function effectOf(table: SourceTable, sql: string) {
    // The same every time: what was tried is always taken back.
    for (const mart of table.marts) original[mart] ??= (await definitionsOf([mart]))[mart]!;
    return inSavepoint(async () => {
      await client.query(sql);
      const after = await definitionsOf(table.marts);
      const changed = table.marts.filter((mart) => original[mart] !== after[mart]);
      const comparisons: Comparison[] = [];
      for (const mart of changed) comparisons.push(...(await compareMarts(client, mart)));
      const wrong = comparisons.filter((one) => one.differences.length > 0).map(({ mart }) => mart);
      return { changed, wrong };
    });
  }

  /** What this transaction has written down for other tables than this one. */
  async function countOthers(source: string): Promise<number> {
    const { rows } = await client.query<{ log: string }>(
      "SELECT log::text FROM mart.captured_tables WHERE log IS NOT NULL AND source <> $1::regclass",
      [source],
    );
    const counts = rows.map(({ log }) => `SELECT FROM ${log} WHERE xid = pg_current_xact_id()`);
    counts.push(
      `SELECT FROM mart.resets WHERE xid = pg_current_xact_id() AND source <> '${source}'::regclass`,
    );
    return (await client.query(counts.join(" UNION ALL "))).rowCount ?? 0;
  }

  it("notice a change of any column, and of any row, that changes a mart", async () => {
    const random = createRandom(7);
    const missed: string[] = [];
    let noticed = 0;
    for (const table of await listSources(client)) {
      for (const sql of writesTo(table, random)) {
        const effect = await effectOf(table, sql);
        noticed += effect?.changed.length ?? 0;
        for (const mart of effect?.wrong ?? []) missed.push(`${mart}: ${sql}`);
      }
    }
    expect(missed).to.deep.equal([]);
    expect(noticed).to.be.above(30);
  });

  it("are each missed by the comparison when they are off", async () => {
    const unnoticed: string[] = [];
    const proven = new Set<string>();
    const random = createRandom(8);
    for (const { table, trigger, events } of captures) {
      const writes = writesTo(table, random).filter((sql) =>
        events.some((event) => sql.startsWith(event)),
      );
      const open = new Set(table.marts);
      for (const sql of writes) {
        if (open.size === 0) break;
        const on = await effectOf(table, sql);
        const candidates = (on?.changed ?? []).filter((mart) => open.has(mart));
        if (candidates.length === 0) continue;
        await client.query("SAVEPOINT off");
        await client.query(`ALTER TABLE ${table.name} DISABLE TRIGGER ${trigger}`);
        const off = await effectOf(table, sql);
        const others = await inSavepoint(async () => {
          await client.query(sql);
          return countOthers(table.name);
        });
        await client.query("ROLLBACK TO off");
        for (const mart of candidates) {
          open.delete(mart);
          if (off?.wrong.includes(mart)) proven.add(`${table.name} ${trigger}: ${mart}`);
          // Written down for another table as well, which a cascade or a trigger of the core writes to.
          else if (!others) unnoticed.push(`${mart}: ${sql} without ${trigger}`);
        }
      }
    }
    expect(unnoticed).to.deep.equal([]);
    expect([...proven]).to.include.members(NEEDED);
  });
});

const NEEDED = [
  "crm.opportunities capture_inserts: sales_dashboard",
  "crm.opportunities capture_updates: sales_dashboard",
  "crm.opportunities capture_deletes: sales_dashboard",
  "crm.opportunities capture_truncates: sales_dashboard",
  "crm.companies capture_updates: sales_dashboard",
  "crm.companies capture_updates: signal_outcomes",
  "crm.opportunities capture_updates: signal_outcomes",
  "crm.opportunities capture_updates: stage_funnel",
  "crm.leads capture_updates: lead_conversion",
];

/** For each column a few values, and rows that go, come, and all go. */
function writesTo(table: SourceTable, random: ReturnType<typeof createRandom>): string[] {
  const writes: string[] = [];
  for (const offset of [0, 3, 11]) {
    writes.push(deleteOf(table, offset));
    writes.push(insertOf(table, { offset, uuid: random.uuid(), word: `new ${offset}` }));
    for (const column of table.columns) {
      writes.push(updateOf(table, column.name, valueFor(table, column, random), offset));
    }
  }
  if (!table.name.startsWith("ops.")) writes.push(`TRUNCATE ${table.name} CASCADE`);
  return writes;
}

async function listCaptures(db: Pick<pg.Pool, "query">): Promise<Capture[]> {
  const sources = await listSources(db);
  const { rows } = await db.query<{ source: string; trigger: string; events: string[] }>(`
    SELECT tgrelid::regclass::text AS source, tgname AS trigger,
      array_remove(ARRAY[
        CASE WHEN tgtype & 4 > 0 THEN 'INSERT' END, CASE WHEN tgtype & 8 > 0 THEN 'DELETE' END,
        CASE WHEN tgtype & 16 > 0 THEN 'UPDATE' END, CASE WHEN tgtype & 32 > 0 THEN 'TRUNCATE' END
      ], NULL) AS events
    FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE pronamespace = 'mart'::regnamespace AND tgparentid = 0
    ORDER BY 1, 2`);
  return rows.flatMap(({ source, trigger, events }) => {
    const table = sources.find(({ name }) => name === source);
    return table ? [{ table, trigger, events }] : [];
  });
}
