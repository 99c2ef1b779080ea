import { expect } from "chai";
import { foldMart } from "../../src/marts/fold.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { readRows, refreshMarts } from "../support/marts.ts";

describe("folding", () => {
  let db: TestDatabase;
  let deal: string;

  beforeEach(async () => {
    db = await createTestDatabase();
    const { rows } = await db.pool.query(
      `WITH company AS (INSERT INTO crm.companies (name) VALUES ('Acme') RETURNING id)
       INSERT INTO crm.opportunities (name, company_id, amount) SELECT 'Deal', id, 1 FROM company RETURNING id`,
    );
    deal = rows[0].id;
    await refreshMarts(db.pool);
  });
  afterEach(() => db.drop());

  const setAmount = (amount: number) =>
    db.pool.query("UPDATE crm.opportunities SET amount = $2 WHERE id = $1", [deal, amount]);
  const amount = async () =>
    Number((await readRows(db.pool, "SELECT amount FROM reporting.sales_dashboard"))[0]?.amount);
  const delta = async () =>
    (await db.pool.query("SELECT amount::int FROM mart.sales_dashboard_delta")).rows.map(
      (row) => row.amount,
    );
  const fold = () => foldMart(db.pool, "sales_dashboard");

  it("puts what changed into the delta, once", async () => {
    await setAmount(2);
    expect(await amount()).to.equal(2);
    expect(await fold()).to.equal(1);
    expect(await delta()).to.deep.equal([2]);
    expect(await amount()).to.equal(2);
    expect(await fold()).to.equal(undefined);
    await setAmount(3);
    expect(await fold()).to.equal(1);
    expect(await delta()).to.deep.equal([3]);
    expect(await amount()).to.equal(3);
  });

  it("writes nothing when nothing changed", async () => {
    const layers = async () =>
      (await db.pool.query("SELECT * FROM mart.layers ORDER BY mart, layer")).rows;
    const before = await layers();
    expect(await fold()).to.equal(undefined);
    expect(await layers()).to.deep.equal(before);
  });

  it("remembers a group that vanished", async () => {
    await db.pool.query("DELETE FROM crm.opportunities");
    expect(await fold()).to.equal(1);
    expect(await readRows(db.pool, "SELECT FROM reporting.sales_dashboard")).to.have.length(0);
  });

  it("leaves the delta behind once a refresh has replaced it", async () => {
    await setAmount(2);
    await fold();
    await refreshMarts(db.pool);
    await setAmount(3);
    expect(await amount()).to.equal(3);
    await fold();
    expect(await delta()).to.deep.equal([3]);
    expect(await amount()).to.equal(3);
  });
});
