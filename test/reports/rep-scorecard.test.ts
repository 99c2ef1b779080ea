import { expect } from "chai";
import { loadReports } from "../../src/reports/load.ts";
import { addCall } from "../support/calls.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createFollower } from "../support/drills.ts";
import { refreshMarts } from "../support/marts.ts";
import { addPerson } from "../support/people.ts";
import { readReport, sectionOf } from "../support/report.ts";
import { addDeal, addSales } from "../support/sales.ts";
import { startWeb } from "../support/web.ts";
import { addWork } from "../support/work.ts";

/** Ann, Dee and Eli are North; Max leads them. */
describe("the rep scorecard", () => {
  let db: TestDatabase;
  let ann: string;
  let bob: string;
  let max: string;
  let finance: string;

  before(async () => {
    db = await createTestDatabase();
    const people = await addSales(db.pool);
    ({ ann, bob } = people);
    await addWork(db.pool, people);
    const { rows } = await db.pool.query("SELECT team_id FROM crm.users WHERE id = $1", [ann]);
    const { team_id } = rows[0];
    max = await addPerson(db.pool, "Max");
    const dee = await addPerson(db.pool, "Dee", { team_id, manager_user_id: max });
    const eli = await addPerson(db.pool, "Eli", { team_id, manager_user_id: max });
    finance = await addPerson(db.pool, "Fay");
    await db.pool.query("UPDATE crm.users SET manager_user_id = $2 WHERE id = $1", [ann, max]);
    await db.pool.query(
      `INSERT INTO crm.user_roles
       SELECT users.id, roles.id
       FROM crm.users
       JOIN crm.roles ON role_name = CASE first_name WHEN 'Max' THEN 'Sales Manager' WHEN 'Fay' THEN 'Finance' ELSE 'Sales Representative' END`,
    );
    // 4000.10 of 8000, 900 of 1000, 300 of 1000: the middle is Ann's own.
    for (const [owner, amount] of [
      [dee, "900"],
      [eli, "300"],
    ] as const) {
      await db.pool.query(
        `INSERT INTO crm.quotas (owner_user_id, fiscal_period_id, amount, currency)
         SELECT $1, id, 1000, 'USD' FROM crm.fiscal_periods WHERE name = 'FY2026 Q4'`,
        [owner],
      );
      await addDeal(db.pool, { owner, amount, close: "2026-11-05" });
    }
    for (const [day, empathy] of [
      ["2026-11-03", 7.25],
      ["2026-11-12", 6],
    ] as const) {
      const deal = await addDeal(db.pool, { owner: ann, amount: "1", close: "2026-12-24" });
      await addCall(db.pool, { rep: ann, deal, at: `${day}T10:00:00Z`, scores: { empathy } });
    }
    for (const [activity_type, day, isCompleted] of [
      ["Call", "2026-10-06", true],
      ["Call", "2026-10-08", true],
      ["Meeting", "2026-10-21", true],
      ["Meeting", "2026-10-22", false],
    ] as const)
      await addRow(db.pool, "activities", {
        owner_user_id: ann,
        activity_type,
        activity_date: `${day}T10:00:00Z`,
        created_at: `${day}T09:00:00Z`,
        completed_at: isCompleted ? `${day}T11:00:00Z` : null,
      });
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  const read = (query?: string, viewer?: string, slug = "rep-scorecard") =>
    readReport(db.pool, slug, query, viewer);
  const one = async (section: string, query = "owner=Ann", viewer?: string, slug?: string) =>
    sectionOf(await read(query, viewer, slug), section).rows[0] ?? {};

  it("has the figures of the other reports, for that rep", async () => {
    const pairs: [section: string, slug: string, there: string][] = [
      ["sales", "quota-attainment", "summary"],
      ["deals", "sales-dashboard", "summary"],
      ["forecast", "pipeline-forecast", "forecast"],
      ["leads", "lead-conversion", "summary"],
      ["cases", "support-cases", "summary"],
      ["activity", "activity", "summary"],
    ];
    const apart = [
      "owner_user_id",
      "rep_name",
      "team_name",
      "part",
      "is_total",
      "is_without_quota",
    ];
    let count = 0;
    for (const query of [
      "owner=Ann",
      "owner=Ann&period=2026-10-15..2026-11-30",
      "owner=Cyd&period=FY2026",
    ]) {
      const page = await read(query);
      for (const [section, slug, there] of pairs) {
        // Each opens with a period of its own.
        const asked = new URLSearchParams({ period: "fiscal_quarter", compare: "previous" });
        for (const [name, value] of new URLSearchParams(query)) asked.set(name, value);
        if (!(await loadReports()).get(slug)?.parameters.includes("compare"))
          asked.delete("compare");
        const here = sectionOf(page, section).rows[0] ?? {};
        const other = await one(there, String(asked), undefined, slug);
        for (const key of Object.keys(here).filter((key) => key in other && !apart.includes(key))) {
          expect(here[key], `${query} ${section}.${key}`).to.equal(other[key]);
          count += 1;
        }
      }
    }
    expect(count).to.be.greaterThan(300);
  });

  it("lends whole sections, so that they cannot differ", async () => {
    for (const [section, slug, there] of [
      ["trend", "quota-attainment", "trend"],
      ["stages", "sales-dashboard", "stages"],
      ["activity_days", "activity", "days"],
    ] as const)
      expect(sectionOf(await read("owner=Ann"), section).rows).to.deep.equal(
        sectionOf(await read("owner=Ann&period=fiscal_quarter", undefined, slug), there).rows,
      );
    const query = "owner=Ann&period=last_90_days";
    const scores = sectionOf(await read(query), "scores").rows;
    const weeks = sectionOf(await read(query, undefined, "rep-weekly-scores"), "weeks").rows;
    expect(
      scores.map((row) => [row.week_on, row.mean_score, row.trailing_mean_score]),
    ).to.deep.equal(
      weeks.map((row) => [row.week_on, row.mean_score, row.trailing_mean_score]).reverse(),
    );
  });

  it("holds the rep against the median of the team, for whoever sees the team", async () => {
    const expected = {
      attainment_rate: "0.500013",
      won_amount: "4000.1000",
      peer_count: "3",
      // 300, 900 and 4000.10; 30 %, 50 % and 90 %.
      median_won_amount: "900.0000",
      median_attainment_rate: "0.500013",
    };
    expect(await one("sales")).to.deep.include(expected);
    expect(await one("sales", "owner=Ann", max)).to.deep.include(expected);
    expect(await one("sales", "owner=Bob")).to.deep.include({
      peer_count: null,
      median_won_amount: null,
    });
  });

  it("tells a rep nothing of the others", async () => {
    const page = await read("owner=Ann", ann);
    expect(sectionOf(page, "sales").rows[0]).to.deep.include({
      attainment_rate: "0.500013",
      peer_count: null,
      median_won_amount: null,
      median_attainment_rate: null,
      median_pace_rate: null,
      median_expected_rate: null,
    });
    expect(sectionOf(page, "people").rows.map(({ rep_name }) => rep_name)).to.deep.equal(["Ann"]);
    let refusal = "";
    await read("owner=Bob", ann).catch((error) => (refusal = error.code));
    expect(refusal).to.equal("bad_parameter");
  });

  it("opens with whoever asks, if they have deals, and else asks whose it is to be", async () => {
    expect(await one("sales", "", ann)).to.deep.include({ rep_name: "Ann" });
    expect(await one("sales", "", bob)).to.deep.include({ rep_name: "Bob" });
    const page = await read("", max);
    expect(sectionOf(page, "sales").rows).to.deep.equal([]);
    expect(sectionOf(page, "people").rows.map(({ rep_name }) => rep_name)).to.deep.equal([
      "Dee",
      "Ann",
      "Eli",
    ]);
    for (const section of ["trend", "stages", "scores", "activity_days", "signals"])
      expect(
        sectionOf(page, section).rows.filter((row) =>
          Number(row.won_amount ?? row.open_count ?? row.call_count ?? row.completed_count),
        ),
        section,
      ).to.deep.equal([]);
    expect(await one("forecast", "", max)).to.deep.include({ closed_count: "0", open_count: "0" });
    let refusal = "";
    await read("owner=Ann&owner=Bob").catch((error) => (refusal = error.message));
    expect(refusal).to.equal("owner: takes one person");
  });

  it("writes a page about one person, or one that asks for one", async () => {
    for (const [userId, asks] of [
      [max, true],
      [ann, false],
    ] as const) {
      const web = await startWeb(db.pool, { userId });
      try {
        const page = await (await web.get("/reports/rep-scorecard")).text();
        expect(page.includes("Whose scorecard?")).to.equal(asks);
        expect(page.includes('data-section="sales"')).to.equal(!asks);
        expect(page.includes("<h1>Rep scorecard: Ann</h1>")).to.equal(!asks);
        // Reps may not open support cases, so none of that report stands here.
        expect(page.includes('data-section="cases"')).to.equal(false);
        if (!asks) expect(page).to.match(/href="\/reports\/quota-attainment\?[^"]*owner(=|&#x3D;)/);
      } finally {
        await web.close();
      }
    }
  });

  it("shows of each part what whoever asks may see, and no more", async () => {
    const [all, ...pages] = await Promise.all(
      [undefined, max, finance, ann].map((viewer) => read("owner=Ann&period=all", viewer)),
    );
    const rowsOf = (page: typeof all, section: string) => sectionOf(page as never, section).rows;
    for (const page of pages)
      for (const section of ["deals", "forecast", "trend", "stages", "leads"])
        expect(rowsOf(page, section), section).to.deep.equal(rowsOf(all, section));
    const [byManager, byFinance] = pages;
    for (const section of ["scores", "signals", "activity_days"]) {
      expect(rowsOf(byManager, section), section).to.deep.equal(rowsOf(all, section));
      expect(rowsOf(byFinance, section), section).to.deep.equal([]);
    }
    // None of these may see support cases.
    for (const page of pages)
      expect(rowsOf(page, "cases")[0]).to.deep.include({ created_count: "0", backlog_count: "0" });
    expect(rowsOf(all, "cases")[0]?.created_count).not.to.equal("0");
    let refusal = "";
    await read("owner=Ann", bob).catch((error) => (refusal = error.code));
    expect(refusal).to.equal("bad_parameter");
  });

  it("leads from its numbers to the rows that make them", async () => {
    const { follow } = createFollower(db.pool);
    const followed = new Set<string>();
    for (const query of ["owner=Ann", "owner=Ann&period=2026-10-01..2026-11-30"])
      for (const key of await follow("rep-scorecard", query)) followed.add(key);
    expect([...followed]).to.include.members([
      "sales.won_amount",
      "sales.attainment_rate",
      "sales.pace_rate",
      "sales.coverage_ratio",
      "deals.win_rate",
      "signals.mean_score",
      "people.quota_amount",
    ]);
  });
});
