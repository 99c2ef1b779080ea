import { expect } from "chai";
import { CopiedRows, type Progress } from "../../src/db/copied-rows.ts";
import { copyOut } from "../../src/db/copy-out.ts";
import { copiedCsv } from "../../src/render/copied-csv.ts";
import { copiedJson, copiedNdjson } from "../../src/render/copied-json.ts";
import { toCsv } from "../../src/render/csv.ts";
import type { Column } from "../../src/reports/column.ts";
import type { CopyForm } from "../../src/reports/export.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

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
  { name: "=1+1 é 😀", amount: "-0.5000", open: false },
];
const CSV = [
  "name,amount,open",
  '"Say ""hi"", twice\r\nor more",12345678901234567.8901,true',
  '"",,',
  "=1+1 é 😀,-0.5000,false",
  "",
].join("\r\n");
const whole = async (parts: AsyncIterable<string | Buffer>) => {
  const pieces: Buffer[] = [];
  for await (const part of parts) pieces.push(Buffer.from(part));
  return Buffer.concat(pieces).toString();
};

/** Has what the server sends come in pieces of that many bytes, so that their edges fall everywhere. @returns to end that */
function readInPieces(size: number): () => void {
  const { take } = CopiedRows.prototype;
  CopiedRows.prototype.take = function (chunk) {
    const parts: Buffer[] = [];
    for (let at = 0; at < chunk.length; at += size) {
      const { rows, rest } = take.call(this, Buffer.from(chunk.subarray(at, at + size)));
      parts.push(rows);
      const after = chunk.subarray(at + size);
      if (rest) return { rows: Buffer.concat(parts), rest: Buffer.concat([rest, after]) };
    }
    return { rows: Buffer.concat(parts), rest: undefined };
  };
  return () => {
    CopiedRows.prototype.take = take;
  };
}

type Write = (
  data: Parameters<typeof copiedJson>[0],
  progress: { rows: number },
) => AsyncGenerator<Buffer>;

describe("formats that PostgreSQL writes", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase({ migrated: false });
  });
  after(() => db.drop());

  /** What `write` makes of these rows, and how many it counted. */
  async function written(
    values: string,
    write: Write,
    { types = columns, size = 65_536, only = "true" } = {},
  ): Promise<{ text: string; rows: number }> {
    const client = await db.pool.connect();
    const names = types.map(({ key }) => key).join(", ");
    const relation = `(SELECT * FROM (VALUES ${values}) AS v (${names}) WHERE ${only}) AS result`;
    const copied = ({ lines, ...options }: CopyForm, progress: Progress) =>
      copyOut(client, lines(relation), options, { progress });
    const whenWhole = readInPieces(size);
    try {
      await client.query("BEGIN");
      const progress = { rows: 0 };
      const text = await whole(write({ section: { columns: types }, copied }, progress));
      return { text, rows: progress.rows };
    } finally {
      whenWhole();
      await client.query("ROLLBACK");
      client.release();
    }
  }

  const VALUES = `
    (E'Say "hi", twice\\r\\nor more', 12345678901234567.8901, true),
    ('', NULL, NULL),
    ('=1+1 é 😀', -0.5000, false)`;

  it("are RFC 4180 with exact numbers, and tell NULL from the empty text, wherever a piece ends", async () => {
    for (const size of [1, 2, 3, 7, 65_536]) {
      const csv = await written(VALUES, copiedCsv, { size });
      expect(csv).to.deep.equal({ text: CSV, rows: 3 });
    }
  });

  for (const [name, write] of [
    ["JSON", copiedJson],
    ["NDJSON", copiedNdjson],
  ] as const) {
    const parse = (text: string) =>
      JSON.parse(name === "JSON" ? text : `[${text.trimEnd().replaceAll("\n", ",")}]`);

    it(`write numbers to the last digit in ${name}, and the same keys in every row`, async () => {
      for (const size of [1, 5, 65_536]) {
        const { text, rows: count } = await written(VALUES, write, { size });
        expect(text).to.include('"amount":12345678901234567.8901,"open":true');
        expect(text.split("\n").filter((line) => line.startsWith("{"))).to.have.length(3);
        expect(parse(text).map(Object.keys)).to.deep.equal(
          rows.map(() => ["name", "amount", "open"]),
        );
        expect(parse(text)[1]).to.deep.equal({ name: "", amount: null, open: null });
        expect(parse(text)[0].name).to.equal(rows[0]?.name);
        expect(count).to.equal(3);
      }
    });

    it(`write numbers as texts in ${name} when asked, and those that JSON has not`, async () => {
      const asText: Write = (data, progress) => write(data, progress, { numbersAsText: true });
      const { text } = await written(VALUES, asText);
      expect(parse(text)[0].amount).to.equal("12345678901234567.8901");
      const odd = await written("('x', 'NaN'::numeric, true)", write);
      expect(parse(odd.text)[0]).to.deep.equal({ name: "x", amount: "NaN", open: true });
    });
  }

  it("write instants in UTC to the microsecond, days as days, and every digit of a float", async () => {
    const types = [
      column("at", "time"),
      column("day", "date"),
      column("p", "p_value"),
      column("key", "id"),
    ];
    const values =
      "('2026-11-21 10:42:00.5+02'::timestamptz, '2026-11-21'::date, 1.25e-9::float8, 7), ('infinity', NULL, 1e22, 8)";
    const csv = await written(values, copiedCsv, { types });
    expect(csv.text).to.equal(
      "at,day,p,key\r\n2026-11-21T08:42:00.5Z,2026-11-21,1.25e-09,7\r\ninfinity,,1e+22,8\r\n",
    );
    const { text } = await written(values, copiedNdjson, { types });
    expect(text.split("\n")[0]).to.equal(
      '{"at":"2026-11-21T08:42:00.5Z","day":"2026-11-21","p":1.25e-09,"key":"7"}',
    );
  });

  it("are a header, an empty array and nothing where there are no rows", async () => {
    const read = async (write: Write) => (await written(VALUES, write, { only: "false" })).text;
    expect(await read(copiedCsv)).to.equal("name,amount,open\r\n");
    expect(await read(copiedJson)).to.equal("[]\n");
    expect(await read(copiedNdjson)).to.equal("");
  });
});

describe("CSV out of JavaScript", () => {
  it("is the same", async () => {
    // Where one batch ends and the next begins must not show; nor must an empty one.
    const batches = [rows.slice(0, 2), [], rows.slice(2)];
    expect(await whole(toCsv(columns, batches))).to.equal(CSV);
    expect(await whole(toCsv(columns, []))).to.equal("name,amount,open\r\n");
  });
});
