import { expect } from "chai";
import { type BusinessSettings, extendCalendar, syncSettings } from "../../src/ops/settings.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const SETTINGS: BusinessSettings = {
  timeZone: "Europe/Berlin",
  currency: "EUR",
  fiscalYearStart: 4,
};

describe("syncSettings", () => {
  let database: TestDatabase;
  const query = async (sql: string) => (await database.pool.query(sql)).rows;

  beforeEach(async () => {
    database = await createTestDatabase();
  });

  afterEach(() => database.drop());

  it("writes the settings and says which changed", async () => {
    const changed = await syncSettings(database.pool, SETTINGS);
    expect(changed.sort()).to.deep.equal(["business_time_zone", "currency", "fiscal_year_start"]);
    expect(await query("SELECT ops.business_time_zone() AS zone")).to.deep.equal([
      { zone: "Europe/Berlin" },
    ]);
    expect(await syncSettings(database.pool, SETTINGS)).to.deep.equal([]);
  });

  it("covers the years around today with a fiscal calendar", async () => {
    await syncSettings(database.pool, SETTINGS);
    const [today] = await query(`
      SELECT array_agg(kind::text ORDER BY kind) AS kinds, array_agg(DISTINCT extract(month FROM starts_on)::int)
        FILTER (WHERE kind = 'year') AS first_months
      FROM crm.fiscal_periods
      WHERE current_date BETWEEN starts_on AND ends_on`);
    expect(today).to.deep.equal({ kinds: ["month", "quarter", "year"], first_months: [4] });
  });

  it("moves the calendar with the fiscal year, and keeps periods that have quotas", async () => {
    await syncSettings(database.pool, { ...SETTINGS, fiscalYearStart: 1 });
    await query(`
      WITH person AS (
        INSERT INTO crm.users (email, first_name, last_name) VALUES ('a@example.com', 'Ada', 'Low') RETURNING id
      )
      INSERT INTO crm.quotas (owner_user_id, fiscal_period_id, amount)
      SELECT person.id, period.id, 1000
      FROM person
      CROSS JOIN crm.fiscal_periods AS period
      WHERE kind = 'year' AND fiscal_year = extract(year FROM current_date)`);
    await syncSettings(database.pool, SETTINGS);
    const years = await query(`
      SELECT extract(month FROM starts_on)::int AS first_month, count(*)::int AS years
      FROM crm.fiscal_periods WHERE kind = 'year' GROUP BY first_month ORDER BY first_month`);
    expect(years[0]).to.deep.equal({ first_month: 1, years: 1 });
    expect(years[1].first_month).to.equal(4);
    expect(years[1].years).to.be.greaterThan(3);
  });

  it("extends the calendar to deals that came in later, by the settings in force", async () => {
    await syncSettings(database.pool, SETTINGS);
    await query(`
      WITH company AS (
        INSERT INTO crm.companies (name) VALUES ('Old Friends') RETURNING id
      )
      INSERT INTO crm.opportunities (name, company_id, stage, close_date)
      SELECT 'Old', id, 'Closed Won', '1998-05-05' FROM company`);
    const year =
      "SELECT starts_on FROM crm.fiscal_periods WHERE kind = 'year' AND '1998-05-05' BETWEEN starts_on AND ends_on";
    expect(await query(year)).to.deep.equal([]);
    await extendCalendar(database.pool);
    expect(await query(year)).to.deep.equal([{ starts_on: "1998-04-01" }]);
  });

  it("works when several processes start at once", async () => {
    const all = await Promise.all(
      Array.from({ length: 4 }, () => syncSettings(database.pool, SETTINGS)),
    );
    expect(all.flat()).to.have.length(3);
  });

  it("refuses a time zone that the server does not know", async () => {
    const refused = syncSettings(database.pool, { ...SETTINGS, timeZone: "Mars/Olympus" });
    const error = await refused.then(
      () => undefined,
      (reason) => reason,
    );
    expect(error.code).to.equal("bad_setting");
  });
});
