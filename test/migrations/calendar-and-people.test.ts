import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { rejection } from "../support/refusal.ts";

describe("fiscal calendar and team tree", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.drop());

  const generate = async (month: number, from: number, to: number) =>
    (
      await db.pool.query("SELECT crm.generate_fiscal_periods($1, $2, $3) AS made", [
        month,
        from,
        to,
      ])
    ).rows[0].made;

  it("covers each day of a fiscal year once per kind", async () => {
    expect(await generate(4, 2024, 2025)).to.equal(34);
    expect(await generate(4, 2024, 2025)).to.equal(0);
    const { rows } = await db.pool.query(
      `SELECT kind, min(starts_on) AS first, max(ends_on) AS last, sum(ends_on - starts_on + 1) AS days
       FROM crm.fiscal_periods WHERE fiscal_year = 2024 GROUP BY kind ORDER BY kind`,
    );
    const year = { first: "2023-04-01", last: "2024-03-31", days: "366" };
    expect(rows).to.deep.equal([
      { kind: "month", ...year },
      { kind: "quarter", ...year },
      { kind: "year", ...year },
    ]);
  });

  it("keeps periods of one's own and fills around them", async () => {
    await db.pool.query(
      `INSERT INTO crm.fiscal_periods (kind, name, fiscal_year, starts_on, ends_on)
       VALUES ('month', 'P1 (4-4-5)', 2030, '2030-01-01', '2030-01-28')`,
    );
    expect(await generate(1, 2030, 2030)).to.equal(16);
    const { rows } = await db.pool.query(
      "SELECT ends_on FROM crm.fiscal_periods WHERE name = 'P1 (4-4-5)'",
    );
    expect(rows[0].ends_on).to.equal("2030-01-28");
  });

  it("refuses periods of one kind that overlap", async () => {
    const overlap = db.pool.query(
      `INSERT INTO crm.fiscal_periods (kind, name, fiscal_year, starts_on, ends_on)
       VALUES ('quarter', 'Odd', 2024, '2023-05-01', '2023-08-31')`,
    );
    expect((await rejection(overlap)).code).to.equal("23P01");
  });

  it("refuses people who report to themselves, directly or through others", async () => {
    const { rows } = await db.pool.query<{ id: string }>(
      "INSERT INTO crm.users (email) VALUES ('a@x.example'), ('b@x.example'), ('c@x.example') RETURNING id",
    );
    const [a, b, c] = rows.map(({ id }) => id);
    const report = (to: string | undefined, who: string | undefined) =>
      db.pool.query("UPDATE crm.users SET manager_user_id = $1 WHERE id = $2", [to, who]);
    await report(a, b);
    await report(b, c);
    expect((await rejection(report(c, a))).message).to.match(/cannot report to themself/);
    expect((await rejection(report(a, a))).code).to.equal("23514");
  });

  it("treats an address in another case as the same person", async () => {
    const twin = db.pool.query("INSERT INTO crm.users (email) VALUES ('A@X.example')");
    expect((await rejection(twin)).code).to.equal("23505");
  });
});
