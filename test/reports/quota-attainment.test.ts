import { expect } from "chai";
import type pg from "pg";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { liveThrough } from "../support/deal-life.ts";
import { sumOf } from "../support/decimal.ts";
import { createFollower } from "../support/drills.ts";
import { refreshMarts } from "../support/marts.ts";
import { addPerson } from "../support/people.ts";
import { readReport, sectionOf } from "../support/report.ts";
import { addDeal } from "../support/sales.ts";

const addQuota = (pool: pg.Pool, owner: string, period: string, amount: string, currency = "USD") =>
  pool.query(
    `INSERT INTO crm.quotas (owner_user_id, fiscal_period_id, amount, currency)
     SELECT $1, id, $3, $4 FROM crm.fiscal_periods WHERE name = $2`,
    [owner, period, amount, currency],
  );

/** Of the fourth quarter's 92 days, 52 are gone: 31 of October, 21 of November. */
describe("quota attainment", () => {
  let db: TestDatabase;
  let cyd: string;

  before(async () => {
    db = await createTestDatabase();
    await db.pool.query("SELECT crm.generate_fiscal_periods(1, 2025, 2027)");
    const { id: north } = await addRow(db.pool, "teams", { name: "North" });
    const { id: south } = await addRow(db.pool, "teams", { name: "South" });
    const person = (name: string, team_id: unknown) => addPerson(db.pool, name, { team_id });
    const ann = await person("Ann", north);
    const bob = await person("Bob", north);
    cyd = await person("Cyd", south);
    const dan = await person("Dan", south);
    const eve = await person("Eve", null);
    await db.pool.query(
      `INSERT INTO crm.user_roles
       SELECT users.id, roles.id FROM crm.users, crm.roles WHERE role_name = 'Sales Representative'`,
    );
    await addQuota(db.pool, ann, "FY2026 Q4", "9200");
    await addQuota(db.pool, ann, "FY2026 Q3", "4000");
    // 100 a day, said once more for November and with more for December.
    await addQuota(db.pool, bob, "FY2026", "36500");
    await addQuota(db.pool, bob, "FY2026 M11", "3000");
    await addQuota(db.pool, bob, "FY2026 M12", "6200");
    await addQuota(db.pool, cyd, "FY2026 M11", "3000");
    await addQuota(db.pool, cyd, "FY2026 M12", "3100");
    await addQuota(db.pool, eve, "FY2026 Q4", "2000", "EUR");
    for (const deal of [
      { owner: ann, amount: "4600", close: "2026-10-10" },
      { owner: ann, amount: "2000", close: "2026-07-10" },
      { owner: ann, amount: "9999", close: "2026-09-20" },
      { owner: ann, amount: "9999", close: "2026-12-24" },
      { owner: ann, amount: "3000", close: "2026-12-10", stage: "Qualification", probability: 0.5 },
      { owner: bob, amount: null, close: "2026-10-05" },
      { owner: bob, amount: "12300", close: "2026-11-20" },
      { owner: dan, amount: "500", close: "2026-11-03" },
      { owner: eve, amount: "1000", close: "2026-11-04", currency: "EUR" },
    ])
      await addDeal(db.pool, deal);
    const { id: company_id } = await addRow(db.pool, "companies", { name: "Acme" });
    await liveThrough(
      db.pool,
      { name: "handed over", company_id: company_id as string, owner_user_id: ann, amount: "1000" },
      {
        "2026-10-01T12:00Z": { stage: "Qualification", close_date: "2026-12-31" },
        "2026-11-02T12:00Z": { stage: "Closed Won", close_date: "2026-11-02" },
        "2026-11-10T12:00Z": { owner_user_id: dan },
      },
    );
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  const read = (query?: string, viewer?: string) =>
    readReport(db.pool, "quota-attainment", query, viewer);
  const summary = async (query?: string, viewer?: string) =>
    sectionOf(await read(query, viewer), "summary").rows[0] ?? {};
  const rep = async (name: string, query?: string) =>
    sectionOf(await read(query), "reps").rows.find(({ rep_name }) => rep_name === name) ?? {};

  it("credits who had the deal when it was closed, against what falls to the days so far", async () => {
    expect(await rep("Ann")).to.deep.include({
      // 4600, and 1000 that Dan has by now.
      won_amount: "5600.0000",
      won_count: "2",
      moved_count: "1",
      quota_amount: "9200.0000",
      attainment_rate: "0.608696",
      gap_amount: "3600.0000",
      quota_to_date_amount: "5200.0000",
      pace_rate: "1.076923",
      compare_won_amount: "2000.0000",
      won_change: "1.800000",
      compare_attainment_rate: "0.500000",
      open_amount: "3000.0000",
      weighted_amount: "1500.0000",
      coverage_ratio: "0.833333",
      expected_rate: "0.771739",
      is_quota_met: false,
      is_quota_partial: false,
    });
    expect(await rep("Dan")).to.deep.include({
      won_amount: "500.0000",
      quota_amount: null,
      attainment_rate: null,
      is_without_quota: true,
    });
  });

  it("counts each day for one quota: the longest that lies in the period, or a part of the shortest that it cuts", async () => {
    // 31 days of October out of the year, then November and December as they are.
    expect(await rep("Bob")).to.deep.include({
      quota_amount: "12300.0000",
      quota_to_date_amount: "5200.0000",
      prorated_count: "1",
      is_quota_met: true,
      coverage_ratio: null,
      attainment_rate: "1.000000",
    });
    // The year says the same as its months: it counts alone.
    expect(await rep("Bob", "period=FY2026")).to.deep.include({
      quota_amount: "36500.0000",
      prorated_count: "0",
    });
    expect((await rep("Bob", "period=2026-11-01..2026-12-31")).quota_amount).to.equal("9200.0000");
    // 15 of 30 days of November: the month is shorter than the year, which it leaves nothing.
    expect((await rep("Bob", "period=2026-11-01..2026-11-15")).quota_amount).to.equal("1500.0000");
    expect((await rep("Ann", "period=2026-10-02..2026-12-31")).quota_amount).to.equal("9100.0000");
    expect((await summary("period=all")).quota_amount).to.equal(null);
  });

  it("lists the quotas that make it, day by day for one of them", async () => {
    const { rows, total } = sectionOf(await read("owner=Bob"), "quotas");
    const shown = rows.map((row) => [
      row.period_name,
      row.part_from,
      row.part_to,
      row.is_prorated,
      row.quota_amount,
    ]);
    expect(shown).to.deep.equal([
      ["FY2026", "2026-10-01", "2026-10-31", true, "3100.0000"],
      ["FY2026 M11", "2026-11-01", "2026-11-30", false, "3000.0000"],
      ["FY2026 M12", "2026-12-01", "2026-12-31", false, "6200.0000"],
    ]);
    expect(total).to.deep.include({ rep_name: "All 3 quotas", quota_amount: "12300.0000" });
  });

  it("says who has no quota, or one for a part of the period", async () => {
    expect(await rep("Cyd")).to.deep.include({
      quota_amount: "6100.0000",
      quota_day_count: "61",
      is_quota_partial: true,
      quota_to_date_amount: "2100.0000",
      won_amount: "0",
      attainment_rate: "0.000000",
    });
    expect(await summary()).to.deep.include({
      won_amount: "18400.0000",
      quota_amount: "27600.0000",
      attainment_rate: "0.666667",
      quota_to_date_amount: "12500.0000",
      pace_rate: "1.472000",
      coverage_ratio: "0.326087",
      quota_person_count: "3",
      at_quota_count: "1",
      partial_count: "1",
      without_quota_count: "1",
      without_quota_amount: "500.0000",
      // 17900 of 27600
      with_quota_rate: "0.648551",
      missing_amount_count: "1",
      moved_count: "1",
      prorated_count: "1",
      quota_gap_days: "0",
      other_currency_count: "1",
      other_currency_quota_count: "1",
    });
  });

  it("keeps currencies apart", async () => {
    const { rows } = sectionOf(await read(), "currencies");
    expect(rows.map((row) => Object.values(row).join(" "))).to.deep.equal([
      "USD 3 18400.0000 5 27600.0000 0.666667",
      "EUR 1 1000.0000 1 2000.0000 0.500000",
    ]);
    expect(await summary("currency=EUR")).to.deep.include({
      won_amount: "1000.0000",
      attainment_rate: "0.500000",
      other_currency_count: "5",
      // Ann's, Bob's three parts, Cyd's two.
      other_currency_quota_count: "6",
    });
  });

  it("adds up people to teams, and teams to all", async () => {
    const page = await read();
    const teams = sectionOf(page, "teams");
    expect(
      teams.rows.map((row) => [
        row.team_name,
        row.won_amount,
        row.quota_amount,
        row.at_quota_count,
      ]),
    ).to.deep.equal([
      ["North", "17900.0000", "21500.0000", "1"],
      ["South", "500.0000", "6100.0000", "0"],
    ]);
    const reps = sectionOf(page, "reps");
    for (const key of ["won_amount", "quota_amount", "quota_to_date_amount", "open_amount"]) {
      expect(sumOf(teams.rows.map((row) => row[key])), key).to.equal(sumOf([teams.total?.[key]]));
      expect(sumOf(reps.rows.map((row) => row[key])), key).to.equal(sumOf([reps.total?.[key]]));
    }
    expect(teams.total?.team_name).to.equal("All 2 teams");
    expect(reps.total?.rep_name).to.equal("All 4 reps");
  });

  it("has goals that end at the quota, in the dashboard as here", async () => {
    const goals = (page: Awaited<ReturnType<typeof read>>) =>
      sectionOf(page, "trend").rows.map((row) => [row.day_on, row.quota_amount]);
    for (const query of ["", "period=2026-10-15..2026-11-30", "period=FY2026", "owner=Cyd"]) {
      const page = await read(query);
      const dashboard = await readReport(db.pool, "sales-dashboard", query);
      expect(goals(page), query).to.deep.equal(goals(dashboard));
      const [here] = sectionOf(page, "summary").rows;
      expect(goals(page).at(-1)?.[1], query).to.equal(here?.quota_amount);
      for (const [slug, section] of [
        ["sales-dashboard", "summary"],
        ["pipeline-forecast", "forecast"],
      ] as const) {
        const [there] = sectionOf(await readReport(db.pool, slug, query), section).rows;
        expect(there?.quota_amount, `${slug}?${query}`).to.equal(here?.quota_amount);
      }
    }
    // Cyd has no quota in October: the goal rises from November on.
    const cyds = new Map(goals(await read("owner=Cyd")) as [string, string][]);
    expect([cyds.get("2026-10-31"), cyds.get("2026-11-21")]).to.deep.equal(["0.0000", "2100.0000"]);
  });

  it("gives each month its days' share", async () => {
    const { rows } = sectionOf(await read("owner=Bob&period=2026-10-16..2026-12-31"), "months");
    const shown = rows.map((row) => [
      row.month_on,
      row.close_days,
      row.won_amount,
      row.quota_amount,
    ]);
    expect(shown).to.deep.equal([
      ["2026-10-01", "2026-10-16..2026-10-31", "0", "1600.0000"],
      ["2026-11-01", "2026-11-01..2026-11-30", "12300.0000", "3000.0000"],
      ["2026-12-01", "2026-12-01..2026-12-31", null, "6200.0000"],
    ]);
  });

  it("shows whoever asks their own, as others see it", async () => {
    for (const query of ["", "period=FY2026"]) {
      const own = await summary(query, cyd);
      expect(own, query).to.deep.include({ quota_amount: "6100.0000", won_amount: "0" });
      expect(await rep("Cyd", query), query).to.deep.include({ quota_amount: own.quota_amount });
    }
    const { rows } = sectionOf(await read("", cyd), "reps");
    expect(rows.map(({ rep_name }) => rep_name)).to.deep.equal(["Cyd"]);
  });

  it("leads from every number to the rows that make it", async () => {
    const { follow } = createFollower(db.pool);
    const followed = new Set<string>();
    for (const query of [
      "",
      "owner=Ann&compare=last_year",
      "currency=EUR",
      "team=North&period=FY2026",
    ])
      for (const key of await follow("quota-attainment", query)) followed.add(key);
    const { report } = await read();
    const drills = report.sections.flatMap((section) =>
      Object.keys(section.drills).map((key) => `${section.key}.${key}`),
    );
    expect([...followed].sort()).to.deep.equal(drills.sort());
  });
});
