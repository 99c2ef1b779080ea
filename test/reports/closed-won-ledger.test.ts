import { expect } from "chai";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { liveThrough } from "../support/deal-life.ts";
import { sumOf } from "../support/decimal.ts";
import { createFollower } from "../support/drills.ts";
import { refreshMarts } from "../support/marts.ts";
import { addPerson } from "../support/people.ts";
import { addProduct, addQuote } from "../support/quotes.ts";
import { readReport, sectionOf } from "../support/report.ts";
import { startWeb } from "../support/web.ts";

describe("the closed-won ledger", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase();
    await db.pool.query("SELECT crm.generate_fiscal_periods(1, 2026, 2026)");
    const [ann, bob] = [await addPerson(db.pool, "Ann"), await addPerson(db.pool, "Bob")];
    const { id: company_id } = await addRow(db.pool, "companies", { name: "Acme" });
    const [atlas, beacon] = [
      await addProduct(db.pool, "Atlas"),
      await addProduct(db.pool, "Beacon"),
    ];
    const win = (
      name: string,
      day: string,
      deal: Record<string, string | null>,
      later: Parameters<typeof liveThrough>[2] = {},
    ) =>
      liveThrough(
        db.pool,
        { name, company_id: company_id as string, ...deal },
        {
          "2026-09-01T12:00Z": { stage: "Qualification", close_date: "2026-12-31" },
          [`${day}T12:00Z`]: { stage: "Closed Won", close_date: day },
          ...later,
        },
      );
    const two = await win("two lines", "2026-10-05", { owner_user_id: ann, amount: "1000.10" });
    await addQuote(db.pool, two, [
      [atlas, "2", "450"],
      [beacon, "1", "111.2222", "0.1"],
    ]);
    await addQuote(db.pool, two, [[atlas, "99", "99"]], { status: "Declined" });
    await win(
      "in euro",
      "2026-10-15",
      { owner_user_id: bob, amount: "2000", currency: "EUR", primary_product_id: atlas },
      { "2026-11-01T12:00Z": { owner_user_id: ann } },
    );
    await win("the day before", "2026-10-14", {
      owner_user_id: bob,
      amount: "300.3333",
      currency: "EUR",
    });
    await win("too early", "2026-10-20", { owner_user_id: bob, amount: "50", currency: "GBP" });
    const unknown = await win("without amount", "2026-11-20", { owner_user_id: ann, amount: null });
    await addQuote(db.pool, unknown, [[beacon, "1", "7"]]);
    await win("ahead", "2026-12-24", { owner_user_id: ann, amount: "9999" });
    for (const [from_currency, valid_from_on, rate] of [
      ["EUR", "2026-10-01", "1.1"],
      ["EUR", "2026-10-15", "1.2"],
      ["GBP", "2026-10-21", "1.3"],
    ])
      await addRow(db.pool, "exchange_rates", {
        from_currency,
        to_currency: "USD",
        valid_from_on,
        rate,
      });
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  const read = (query?: string) => readReport(db.pool, "closed-won-ledger", query);
  const summary = async (query?: string) => sectionOf(await read(query), "summary").rows[0] ?? {};
  const ledger = async (query?: string) => sectionOf(await read(query), "ledger");

  it("converts each deal at the rate in force on its close date", async () => {
    const { rows } = await ledger("deal_currency=EUR");
    const shown = rows.map((row) => [
      row.opportunity_name,
      row.rate,
      row.rate_on,
      row.converted_amount,
    ]);
    expect(shown).to.deep.equal([
      ["in euro", "1.2000000000", "2026-10-15", "2400.0000"],
      ["the day before", "1.1000000000", "2026-10-01", "330.3666"],
    ]);
    expect(await summary()).to.deep.include({
      deal_count: "5",
      // 1000.10 + 2400 + 330.3666
      converted_amount: "3730.4666",
      currency_count: "3",
      amount: null,
    });
  });

  it("takes a missing rate for an error, and never for 1", async () => {
    const { rows } = await ledger("rate=missing");
    expect(rows).to.have.length(1);
    expect(rows[0]).to.deep.include({
      opportunity_name: "too early",
      amount: "50.0000",
      rate: null,
      rate_on: null,
      converted_amount: null,
      problem: "no rate from GBP to USD on 2026-10-20",
    });
    expect(await summary()).to.deep.include({ missing_rate_count: "1" });
    // Rates into euro there are none: what is in euro is.
    expect(await summary("currency=EUR")).to.deep.include({
      converted_amount: "2300.3333",
      missing_rate_count: "3",
    });
    expect(await summary("currency=GBP&rate=missing")).to.deep.include({
      deal_count: "4",
      converted_amount: null,
    });
  });

  it("has a row for each line, and the amount of the deal once", async () => {
    const { rows, total } = await ledger();
    const shown = rows.map((row) => [
      row.opportunity_name,
      row.line_no,
      row.amount,
      row.product_name,
      row.quantity,
      row.line_amount,
    ]);
    expect(shown).to.deep.equal([
      ["without amount", 1, null, "Beacon", "1.000", "7.0000"],
      ["too early", 1, "50.0000", "(none)", null, null],
      ["in euro", 1, "2000.0000", "Atlas", null, null],
      ["the day before", 1, "300.3333", "(none)", null, null],
      ["two lines", 1, "1000.1000", "Atlas", "2.000", "900.0000"],
      ["two lines", 2, null, "Beacon", "1.000", "100.1000"],
    ]);
    expect(sumOf(rows.map((row) => row.converted_amount))).to.equal("3730.4666");
    expect(total).to.deep.include({
      opportunity_name: "All 5 deals",
      converted_amount: "3730.4666",
      amount: null,
    });
    expect(await summary()).to.deep.include({
      row_count: "6",
      without_lines_count: "3",
      differing_count: "1",
      missing_amount_count: "1",
      unrecorded_count: "0",
    });
  });

  it("has the same rows page by page, whatever they are sorted by", async () => {
    const all = (await ledger()).rows.map((row) => `${row.opportunity_name} ${row.line_no}`);
    const { report } = await read();
    const section = report.sections.find(({ key }) => key === "ledger");
    if (section?.kind !== "table") throw new Error("no ledger");
    for (const sort of ["", "&sort=-line_amount"]) {
      const whole = (await ledger(sort)).rows.map(
        (row) => `${row.opportunity_name} ${row.line_no}`,
      );
      expect([...whole].sort()).to.deep.equal([...all].sort());
      const pageRows = section.pageRows;
      section.pageRows = 2;
      try {
        const pages = [];
        for (const page of [1, 2, 3, 4]) pages.push(...(await ledger(`page=${page}${sort}`)).rows);
        expect(pages.map((row) => `${row.opportunity_name} ${row.line_no}`)).to.deep.equal(whole);
      } finally {
        section.pageRows = pageRows;
      }
    }
  });

  it("adds up each currency by itself, and all of them converted", async () => {
    const { rows, total } = sectionOf(await read(), "currencies");
    const shown = rows.map((row) => [
      row.deal_currency,
      row.deal_count,
      row.amount,
      row.lowest_rate,
      row.highest_rate,
      row.converted_amount,
      row.missing_rate_count,
    ]);
    expect(shown).to.deep.equal([
      ["EUR", "2", "2300.3333", "1.1000000000", "1.2000000000", "2730.3666", "0"],
      ["USD", "2", "1000.1000", "1", "1", "1000.1000", "0"],
      ["GBP", "1", "50.0000", null, null, null, "1"],
    ]);
    expect(total).to.deep.include({
      deal_currency: "All 3 currencies",
      deal_count: "5",
      amount: null,
      converted_amount: "3730.4666",
      missing_rate_count: "1",
    });
  });

  it("is of whoever won the deal, whoever has it now", async () => {
    expect(await summary("owner=Bob")).to.deep.include({
      deal_count: "3",
      converted_amount: "2730.3666",
    });
    const [row] = (await ledger("owner=Bob&period=2026-10-15..2026-10-15")).rows;
    expect(row).to.deep.include({ owner_name: "Bob", is_closing_recorded: true });
  });

  it("finds deals by whether their lines come to their amount", async () => {
    const names = async (query: string) =>
      (await ledger(query)).rows.map((row) => row.opportunity_name);
    expect(await names("lines=match")).to.deep.equal(["two lines", "two lines"]);
    expect(await names("lines=differ")).to.deep.equal(["without amount"]);
    expect(await names("amount=missing")).to.deep.equal(["without amount"]);
    expect(await names("lines=none&deal_currency=GBP")).to.deep.equal(["too early"]);
    expect(await names("closing=unrecorded")).to.deep.equal([]);
  });

  it("leads from every number to the rows that make it", async () => {
    const { follow } = createFollower(db.pool);
    const followed = new Set<string>();
    for (const query of ["", "owner=Bob", "period=2026-10-14..2026-10-31&currency=EUR"])
      for (const key of await follow("closed-won-ledger", query)) followed.add(key);
    const { report } = await read();
    const drills = report.sections.flatMap((section) =>
      Object.keys(section.drills).map((key) => `${section.key}.${key}`),
    );
    expect([...followed].sort()).to.deep.equal(drills.sort());
  });

  it("writes amounts in their own currency", async () => {
    const web = await startWeb(db.pool);
    try {
      const page = await (await web.get("/reports/closed-won-ledger")).text();
      expect(page)
        .to.match(/€2,000\.00/)
        .and.match(/\$2,400/)
        .and.match(/£50/);
    } finally {
      await web.close();
    }
  });
});
