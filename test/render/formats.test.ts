import { expect } from "chai";
import { toCsv } from "../../src/render/csv.ts";
import { toJson } from "../../src/render/json.ts";
import type { Column } from "../../src/reports/column.ts";

const column = (key: string, type: Column["type"]): Column => ({
  key,
  label: key,
  type,
  definition: "As the test needs it.",
});
const columns = [column("name", "text"), column("amount", "amount"), column("open", "boolean")];
const rows = [
  { name: 'Say "hi", twice\r\nor more', amount: "12345678901234567.8901", open: true },
  { name: "", amount: null, open: null },
  { name: "=1+1 é 😀", amount: "-0.0000", open: false },
];
// Where one batch ends and the next begins must not show; nor must an empty one.
const batches = [rows.slice(0, 2), [], rows.slice(2)];
const whole = async (parts: AsyncIterable<string>) => {
  let text = "";
  for await (const part of parts) text += part;
  return text;
};

describe("CSV", () => {
  it("is RFC 4180 with exact numbers, and tells NULL from the empty text", async () => {
    expect(await whole(toCsv(columns, batches))).to.equal(
      [
        "name,amount,open",
        '"Say ""hi"", twice\r\nor more",12345678901234567.8901,true',
        '"",,',
        "=1+1 é 😀,-0.0000,false",
        "",
      ].join("\r\n"),
    );
  });

  it("of no rows is its header", async () => {
    expect(await whole(toCsv(columns, []))).to.equal("name,amount,open\r\n");
  });
});

describe("JSON", () => {
  it("writes numbers to the last digit and the same keys in every row", async () => {
    const text = await whole(toJson(columns, batches));
    expect(text).to.include('"amount":12345678901234567.8901,"open":true');
    expect(JSON.parse(text).map(Object.keys)).to.deep.equal(
      rows.map(() => ["name", "amount", "open"]),
    );
    expect(JSON.parse(text)[1]).to.deep.equal({ name: "", amount: null, open: null });
    expect(JSON.parse(text)[0].name).to.equal(rows[0]?.name);
  });

  it("writes numbers as texts when asked", async () => {
    const text = await whole(toJson(columns, batches, { numbersAsText: true }));
    expect(JSON.parse(text)[0].amount).to.equal("12345678901234567.8901");
  });

  it("has no number for NaN and infinity, so gives them as texts", async () => {
    const odd = [{ name: "x", amount: "NaN", open: null }];
    expect(JSON.parse(await whole(toJson(columns, [odd])))[0].amount).to.equal("NaN");
  });

  it("of no rows is an empty array", async () => {
    expect(JSON.parse(await whole(toJson(columns, [])))).to.deep.equal([]);
  });
});
