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
});
