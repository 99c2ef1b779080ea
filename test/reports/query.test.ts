import { expect } from "chai";
import { bindQuery, parseQuery } from "../../src/reports/query.ts";

const bound = (sql: string) =>
  bindQuery(parseQuery(sql), {
    from: { type: "date", value: "2026-01-01" },
    owner: { type: "uuid[]", value: null },
  });

describe("queries", () => {
  it("bind each name once, as a typed placeholder", () => {
    expect(bound("SELECT :from, :owner IS NULL OR x = ANY (:owner) AND y >= :from;")).to.deep.equal(
      {
        text: "SELECT $1::date, $2::uuid[] IS NULL OR x = ANY ($2::uuid[]) AND y >= $1::date",
        values: ["2026-01-01", null],
      },
    );
  });

  it("leave casts, texts, quoted names and comments alone", () => {
    const sql = `SELECT x::date, ':from', 'it''s :from', ":from" -- :from\n/* :from */ FROM t`;
    expect(bound(sql)).to.deep.equal({ text: sql, values: [] });
  });

  it("keep what stands right behind a placeholder", () => {
    expect(bound("a BETWEEN :from AND b").text).to.equal("a BETWEEN $1::date AND b");
    expect(bound("x = :from").text).to.equal("x = $1::date");
  });

  it("leave out a part whose parameters have no value", () => {
    const query = parseQuery(
      "SELECT 1\n-- when: deals, quartile\nWHERE x = :deals\n-- end\nORDER BY 1",
    );
    const asked = (deals: string | null, quartile: string | null) =>
      bindQuery(query, {
        deals: { type: "text", value: deals },
        quartile: { type: "text", value: quartile },
      }).text;
    expect(asked(null, null)).to.equal("SELECT 1\nORDER BY 1");
    const whole = "SELECT 1\nWHERE x = $1::text\nORDER BY 1";
    expect(asked("won", null)).to.equal(whole);
    expect(asked(null, "Q1")).to.equal(whole);
    expect(() => parseQuery("-- when: a\n1\n-- end\n-- when: b\n2\n-- end\n")).to.throw(/a and b/);
  });
});
