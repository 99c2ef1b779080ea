import { expect } from "chai";
import type { Business } from "./business.ts";

/** How much there is, and when. */
export function volumes(business: Business) {
  it("has the promised number of rows", async () => {
    const exact = {
      companies: 500,
      opportunities: 5_000,
      conversations: 20_000,
      activities: 40_000,
      cases: 2_000,
      leads: 4_000,
      teams: 6,
      products: 10,
    };
    for (const [table, rows] of Object.entries(exact))
      expect(await business.count(`crm.${table}`), table).to.equal(rows);
    expect(await business.count("crm.users WHERE team_id IS NOT NULL")).to.equal(50 + 6);
    expect(await business.count("crm.conversation_signals WHERE scoring_version = '1'")).to.equal(
      100_000,
    );
    expect(await business.count("crm.conversation_signals WHERE scoring_version = '2'"))
      .to.be.greaterThan(2_000)
      .and.lessThan(5_000);
  });

  it("marks every row as its own", async () => {
    for (const table of ["teams", "users", "leads", "companies", "contacts", "products"])
      expect(
        await business.count(`crm.${table} WHERE source <> 'demo' OR external_id IS NULL`),
        table,
      ).to.equal(0);
    for (const table of ["opportunities", "quotes", "quote_line_items", "cases", "activities"])
      expect(
        await business.count(`crm.${table} WHERE source <> 'demo' OR external_id IS NULL`),
        table,
      ).to.equal(0);
  });

  it("holds nothing that is still to come, but plans", async () => {
    const happened = {
      opportunity_history: "changed_at",
      opportunities: "created_at",
      conversations: "started_at",
      conversation_signals: "scored_at - interval '90 minutes'",
      case_events: "happened_at",
      activities: "created_at",
      leads: "created_at",
      companies: "created_at",
    };
    for (const [table, column] of Object.entries(happened))
      expect(
        await business.count(`crm.${table} WHERE ${column} >= '${business.today}'`),
        table,
      ).to.equal(0);
    expect(await business.count("crm.activities WHERE completed_at IS NULL")).to.be.greaterThan(
      100,
    );
  });

  it("is alive up to yesterday", async () => {
    const recent = `>= date '${business.today}' - 3`;
    expect(await business.count(`crm.opportunities WHERE created_at ${recent}`)).to.be.greaterThan(
      3,
    );
    expect(
      await business.count(`crm.opportunities WHERE stage = 'Closed Won' AND close_date ${recent}`),
    ).to.be.greaterThan(1);
    expect(await business.count(`crm.conversations WHERE started_at ${recent}`)).to.be.greaterThan(
      20,
    );
    expect(await business.count(`crm.activities WHERE created_at ${recent}`)).to.be.greaterThan(50);
    expect(await business.count(`crm.case_events WHERE happened_at ${recent}`)).to.be.greaterThan(
      10,
    );
  });

  it("works on working days", async () => {
    const weekend = "extract(isodow FROM started_at) > 5";
    expect(await business.count(`crm.conversations WHERE ${weekend}`)).to.be.lessThan(200);
    expect(
      await business.count("crm.activities WHERE extract(isodow FROM created_at) > 5"),
    ).to.be.lessThan(800);
  });

  it("finds words in transcripts, notes and cases", async () => {
    const words = (column: string, query: string) =>
      `${column} @@ to_tsquery('english', '${query}')`;
    expect(
      await business.count(`crm.conversations WHERE ${words("transcript_tsv", "pilot & price")}`),
    ).to.be.greaterThan(50);
    expect(
      await business.count(`crm.activities WHERE ${words("notes_tsv", "budget")}`),
    ).to.be.greaterThan(500);
    expect(
      await business.count(`crm.cases WHERE ${words("description_tsv", "export & release")}`),
    ).to.be.greaterThan(5);
  });
}
