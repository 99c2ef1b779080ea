import { expect } from "chai";
import { isPlain, literalQuery } from "../../src/reports/literal-query.ts";
import { bindQuery, parseQuery, type SqlType } from "../../src/reports/query.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

describe("a query with its values written into it", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase({ migrated: false });
  });
  after(() => db.drop());

  const SQL = `SELECT :v AS "$1::v", '$1::text' AS said, $$it$$ || ' own_rows.x' AS it -- $1::text`;

  it("says what it says with its values bound", async () => {
    const values: [SqlType, unknown][] = [
      ["text", `'; DROP TABLE x; -- \\' "quoted" $1::text {} :v`],
      ["text", "back\\slash\nand line"],
      ["text", ""],
      ["text", null],
      ["text[]", ["a,b", 'say "hi"', "it's", "back\\", "NULL", ""]],
      ["text[]", []],
      ["text[]", null],
      ["uuid[]", ["5b3f5b3f-0000-4000-8000-5b3f5b3f5b3f"]],
      ["date", "2026-11-21"],
      ["int", -5],
      ["boolean", false],
      ["jsonb", `{"a": "it's \\\\ \\"b\\""}`],
    ];
    for (const [type, value] of values) {
      const bound = bindQuery(parseQuery(SQL), { v: { type, value } });
      const expected = (await db.pool.query(bound.text, bound.values)).rows;
      expect((await db.pool.query(literalQuery(bound))).rows, type).to.deep.equal(expected);
    }
  });

  it("needs no care where its values are plain", () => {
    const plain = [
      "2026-11-21",
      null,
      5,
      true,
      "Needs Analysis",
      ["a", "5b3f5b3f-0000"],
      "10:30+02",
    ];
    expect(isPlain({ values: plain })).to.equal(true);
    const others = ["it's", "back\\slash", 'say "hi"', "$1", "é", "a\0b", ["a", "b;"], `{"a":1}`];
    for (const value of others)
      expect(isPlain({ values: ["USD", value] }), String(value)).to.equal(false);
  });

  it("is refused where a zero byte would cut it short", () => {
    const bound = bindQuery(parseQuery("SELECT :v"), { v: { type: "text", value: "a\0b" } });
    expect(() => literalQuery(bound)).to.throw("zero byte");
  });
});
