import { expect } from "chai";
import pg from "pg";
import { asReader, EVERYTHING } from "../../src/db/transaction.ts";
import { foldMart } from "../../src/marts/fold.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { createRole } from "../support/roles.ts";

const KEEP = "SELECT reporting.keep_changes('{sales_dashboard,rep_weekly_scores}')";
const KEPT = "SELECT mart.kept_changes('sales_dashboard') IS NOT NULL AS kept";
const AMOUNTS =
  "SELECT array_agg(amount ORDER BY amount)::text AS amounts FROM reporting.sales_dashboard";

describe("reporting.keep_changes", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase();
    await db.pool.query(
      `WITH company AS (INSERT INTO crm.companies (name) VALUES ('Acme') RETURNING id)
       INSERT INTO crm.opportunities (name, company_id, amount) SELECT 'Deal', id, n FROM company, generate_series(1, 3) AS n`,
    );
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  const amounts = async (client: pg.PoolClient): Promise<string> =>
    (await client.query(AMOUNTS)).rows[0].amounts;
  const add = (amount: number) =>
    db.pool.query("UPDATE crm.opportunities SET amount = amount + $1 WHERE amount < 3", [amount]);

  it("shows the reads of a transaction what each would have found out by itself", async () => {
    await add(0.25);
    await asReader(db.pool, EVERYTHING, async (client) => {
      const before = await amounts(client);
      await client.query(KEEP);
      // What happens meanwhile concerns later transactions.
      await add(0.25);
      await foldMart(db.pool, "sales_dashboard");
      expect(await amounts(client)).to.equal(before);
      expect(before).to.equal("{1.2500,2.2500,3.0000}");
    });
    await asReader(db.pool, EVERYTHING, async (client) => {
      expect(await amounts(client)).to.equal("{1.5000,2.5000,3.0000}");
    });
  });

  it("keeps nothing beyond the transaction, nor where something may be written", async () => {
    const client = await db.pool.connect();
    const isKept = async () => (await client.query(KEPT)).rows[0].kept;
    await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${KEEP}`);
    expect(await isKept()).to.equal(true);
    await client.query("COMMIT");
    expect(await isKept()).to.equal(false);
    await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ; ${KEEP}`);
    expect(await isKept()).to.equal(false);
    await client.query("ROLLBACK");
    await client.query(`BEGIN READ ONLY; SET LOCAL tidemark.viewer = '*'; ${KEEP}`);
    await add(0.125);
    expect(await amounts(client)).to.contain("1.6250");
    await client.query("ROLLBACK");
    client.release();
  });

  it("takes nobody else's word for what changed", async () => {
    const role = await createRole();
    await db.pool.query(`GRANT tidemark_reader TO ${role.name}`);
    await db.pool.query("INSERT INTO ops.bi_logins (login_name) VALUES ($1)", [role.name]);
    const tool = new pg.Client({ connectionString: role.at(db.url) });
    try {
      await tool.connect();
      await add(0.5);
      await tool.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      await tool.query(
        "SELECT set_config('tidemark.changes_sales_dashboard', jsonb_build_array(pg_current_snapshot()::text, '{}', '{}')::text, true)",
      );
      const { rows } = await tool.query(AMOUNTS);
      expect(rows[0].amounts).to.equal(
        (
          await db.pool.query(
            "SELECT array_agg(amount ORDER BY amount)::text AS amounts FROM crm.opportunities",
          )
        ).rows[0].amounts,
      );
      await tool.query("COMMIT");
    } finally {
      await tool.end();
      await db.pool.query(`REVOKE tidemark_reader FROM ${role.name}`);
      await role.drop();
    }
  });
});
