import { expect } from "chai";
import { counts, Workbench } from "./support.ts";

const PRODUCTS = { table: "products", columns: { external_id: "id", name: "name" } };

describe("data files", () => {
  let bench: Workbench;
  let source = 0;

  before(async () => {
    bench = await Workbench.open();
  });

  after(() => bench.close());

  /** Imports one file of products. @returns their names by external id, and the result */
  async function read(content: string | Buffer, file: object = {}, name = "data.csv") {
    source += 1;
    const step = { ...PRODUCTS, file: { path: name, ...file } };
    const result = await bench.import({ [name]: content }, [step], { source: `files-${source}` });
    const rows = await bench.rows(
      "SELECT external_id, name FROM crm.products WHERE source = $1 ORDER BY external_id",
      [`files-${source}`],
    );
    return { result, names: Object.fromEntries(rows.map((row) => [row.external_id, row.name])) };
  }

  it("are read in each encoding, with and without a byte order mark", async () => {
    const text = (name: string) => `id,name\n1,${name}\n`;
    expect((await read(Buffer.from(text("Käse 奶酪 utf")))).names).to.deep.equal({
      1: "Käse 奶酪 utf",
    });
    expect((await read(`\ufeff${text("Käse bom")}`)).names).to.deep.equal({ 1: "Käse bom" });
    const wide = Buffer.from(`\ufeff${text("Käse wide")}`, "utf16le");
    expect((await read(wide, { encoding: "utf-16le" })).names).to.deep.equal({ 1: "Käse wide" });
    const western = Buffer.concat([
      Buffer.from("id,name\n1,K\xe4se ", "latin1"),
      Buffer.from([0x80, 0x0a]),
    ]);
    expect((await read(western, { encoding: "windows-1252" })).names).to.deep.equal({
      1: "Käse €",
    });
  });

  it("reject only the row whose bytes are of another encoding", async () => {
    const { result, names } = await read(
      Buffer.from("id,name\n1,good enc\n2,K\xe4se\n3,fine enc\n", "latin1"),
    );
    expect(names).to.deep.equal({ 1: "good enc", 3: "fine enc" });
    expect(result.steps[0]?.examples).to.have.length(1);
    expect(result.steps[0]?.examples[0]).to.include({ line: 3, column: "name" });
    expect(result.steps[0]?.examples[0]?.reason).to.match(/not of the file's encoding/);
  });

  it("may have another delimiter, no header, lines before it, and Windows line ends", async () => {
    expect((await read("id;name\r\n1;a;b\r\n2;c-del\r\n", { delimiter: ";" })).names).to.deep.equal(
      { 2: "c-del" },
    );
    expect((await read("id\tname\n1\ttabbed\n", { delimiter: "\t" })).names).to.deep.equal({
      1: "tabbed",
    });
    expect(
      (await read("exported today\n\nid,name\n1,skipped\n", { skip_lines: 1 })).names,
    ).to.deep.equal({ 1: "skipped" });
    const step = {
      table: "products",
      file: { path: "a.csv", header: false },
      columns: { external_id: "1", name: "2" },
    };
    const result = await bench.import({ "a.csv": "7,headless\n" }, [step], { source: "headless" });
    expect(result.inserted).to.equal(1);
  });

  it("hold delimiters, quotes and line ends inside quotes, and lines keep their numbers", async () => {
    const { names, result } = await read(
      'id,name\n1,"a, ""quoted"" one"\n\n2,"two\nlines"\n3,"",\n4,"three\r\n\r\nlines"\n5,"a\tb\\n"\n6,\n',
    );
    expect(names).to.deep.equal({
      1: 'a, "quoted" one',
      2: "two\nlines",
      4: "three\r\n\r\nlines",
      5: "a\tb\\n",
    });
    expect(result.steps[0]?.examples.map(({ line, reason }) => [line, reason])).to.deep.equal([
      [6, "has 3 values where the header has 2 columns"],
      [11, "name is needed and this is blank"],
    ]);
  });

  it("lose one row to a stray quote, not those after it", async () => {
    const { names, result } = await read(
      'id,name\n1,"first q"\n2,"never closed\n3,third q\n4,"fourth, q"\n5,5" pipe\n6,"x"y\n7,"seventh\nq"\n8,eighth q\n',
    );
    expect(names).to.deep.equal({
      1: "first q",
      3: "third q",
      4: "fourth, q",
      7: "seventh\nq",
      8: "eighth q",
    });
    expect(result.steps[0]?.examples.map(({ line }) => line)).to.deep.equal([3, 6, 7]);
    expect((await read('id,name\n1,5" pipe\n', { quote: null })).names).to.deep.equal({
      1: '5" pipe',
    });
  });

  it("may be NDJSON, with exact numbers", async () => {
    const lines = [
      '{"id": 12345678901234567890, "name": "exact"}',
      '{"id": 2',
      "[1]",
      '{"name": "no id"}',
      '{"id": true, "name": {"a": 1.10}}',
    ];
    const { names, result } = await read(lines.join("\n"), {}, "data.ndjson");
    expect(names).to.deep.equal({ "12345678901234567890": "exact", true: '{"a":1.1}' });
    expect(result.steps[0]?.examples.map(({ line, reason }) => `${line}: ${reason}`)).to.deep.equal(
      ["2: is not JSON", "3: is not a JSON object", "4: external_id is needed and this is blank"],
    );
  });

  it("may be empty but for the header", async () => {
    const { result } = await read("id,name\n");
    expect(counts(result)).to.deep.equal({
      read: 0,
      inserted: 0,
      updated: 0,
      unchanged: 0,
      skipped: 0,
      rejected: 0,
    });
  });
});
