import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { readFields } from "../../src/access/fields/read.ts";
import { writeFields } from "../../src/access/fields/write.ts";
import { loadMapping } from "../../src/ingest/mapping/load.ts";
import { planStep } from "../../src/ingest/plan/step.ts";
import type { ImportOptions } from "../../src/ingest/run.ts";
import { events } from "../support/audit-trail.ts";
import { reader, someKey } from "../support/fields.ts";
import { failureOf } from "../support/refusal.ts";
import { Workbench } from "./support.ts";

const HEADER = "id,name,born,passport\n";

describe("an import of sensitive fields", () => {
  const [key, old] = [someKey(), someKey()];
  let bench: Workbench;
  before(async () => {
    bench = await Workbench.open();
  });
  beforeEach(() => bench.rows("DELETE FROM crm.contacts"));
  after(() => bench.close());

  const step = {
    file: "people.csv",
    table: "contacts",
    columns: { external_id: "id", last_name: "name" },
    sensitive: {
      birth_date: { column: "born", format: "dd.MM.yyyy" },
      national_id: { column: "passport", map: { none: null } },
    },
  };
  const load = (rows: string, options: ImportOptions = {}, steps: object[] = [step]) =>
    bench.import({ "people.csv": HEADER + rows }, steps, { fieldKeys: [key], ...options });
  const idOf = async (external: string) =>
    (await bench.value(`SELECT id FROM crm.contacts WHERE external_id = '${external}'`)) as string;
  const fieldsOf = async (external: string, keys = [key]) =>
    readFields(bench.pool, keys, await idOf(external), reader);
  const sealed = () =>
    bench.rows(
      "SELECT contact_id, field, encode(sealed, 'hex') AS sealed, key_fingerprint FROM crm.contact_secrets ORDER BY 1, 2",
    );

  it("encrypts them, writes again only what differs, and clears what has become blank", async () => {
    const first = await load("1,Ann,29.02.1980,A1\n2,Bob,,none\n3,Cyd,31.12.1999,C3\n");
    expect(first).to.include({ inserted: 3, rejected: 0 });
    expect(first.steps[0]!.notes).to.include("sensitive fields: 4 set, 0 cleared");
    expect(await fieldsOf("1")).to.deep.equal({ birth_date: "1980-02-29", national_id: "A1" });
    expect(await fieldsOf("2")).to.deep.equal({});
    const before = await sealed();

    const again = await load("1,Ann,29.02.1980,A1\n2,Bob,,none\n3,Cyd,31.12.1999,C3\n");
    expect(again).to.include({ unchanged: 3, updated: 0 });
    expect(again.steps[0]!.notes).to.deep.equal([]);
    expect(await sealed()).to.deep.equal(before);

    const later = await load("1,Ann,29.02.1980,A2\n3,Cyd,,C3\n");
    expect(later.steps[0]!.notes).to.include("sensitive fields: 1 set, 1 cleared");
    expect(await fieldsOf("1")).to.deep.equal({ birth_date: "1980-02-29", national_id: "A2" });
    expect(await fieldsOf("3")).to.deep.equal({ national_id: "C3" });
    const ann = await idOf("1");
    const born = before.find((row) => row.contact_id === ann && row.field === "birth_date");
    expect(await sealed()).to.deep.include(born);
  });

  it("leaves what other fields of the contact hold, and what other contacts do", async () => {
    await load("1,Ann,29.02.1980,A1\n");
    const [ann] = [await idOf("1")];
    await writeFields(bench.pool, key, ann, { notes_private: "shy" }, reader);
    await load("1,Ann,01.03.1980,\n");
    expect(await fieldsOf("1")).to.deep.equal({ birth_date: "1980-03-01", notes_private: "shy" });
  });

  it("takes several steps, and a key that is being rotated", async () => {
    await load("1,Ann,29.02.1980,A1\n2,Bob,,B2\n", { fieldKeys: [old] });
    const before = await sealed();
    const byStep = ["1", "2"].map((id) => ({ ...step, only: { column: "id", is: [id] } }));
    const result = await load(
      "1,Ann,29.02.1980,A1\n2,Bob,,B3\n",
      { fieldKeys: [key, old] },
      byStep,
    );
    expect(result.steps.map(({ notes }) => notes.join())).to.deep.equal([
      "",
      "sensitive fields: 1 set, 0 cleared",
    ]);
    const after = await sealed();
    expect(after.filter((row) => row.key_fingerprint === key.fingerprint)).to.have.length(1);
    expect(before).to.deep.include(after.find((row) => row.key_fingerprint === old.fingerprint));
    expect(await fieldsOf("2", [key])).to.deep.equal({ national_id: "B3" });
  });

  it("replaces a value that was tampered with", async () => {
    await load("1,Ann,,A1\n");
    await bench.rows(
      "UPDATE crm.contact_secrets SET sealed = set_byte(sealed, 20, 255 - get_byte(sealed, 20))",
    );
    await load("1,Ann,,A1\n");
    expect(await fieldsOf("1")).to.deep.equal({ national_id: "A1" });
  });

  it("rejects rows whose value does not fit, and shows it nowhere", async () => {
    const result = await load(`1,Ann,1980-02-29,A1\n2,Bob,,${"7".repeat(101)}\n3,Cyd,,C3\n`);
    expect(result).to.include({ inserted: 1, rejected: 2 });
    const reasons = result.steps[0]!.examples;
    expect(reasons).to.deep.equal([
      {
        line: 2,
        column: "born",
        value: "",
        reason: "cannot be taken as birth_date (the value is not shown)",
      },
      {
        line: 3,
        column: "passport",
        value: "",
        reason: "is longer than 100 characters (the value is not shown)",
      },
    ]);
    const rejects = await readFile(result.rejects_file!, "utf8");
    for (const value of ["1980-02-29", "7777"]) {
      expect(rejects).not.to.include(value);
      expect(JSON.stringify(result)).not.to.include(value);
    }
  });

  it("stages nothing that can be read", async () => {
    const path = await bench.write(
      { "people.csv": `${HEADER}1,Ann,29.02.1980,A1\n` },
      { steps: [step] },
    );
    const mapping = await loadMapping(path);
    const client = await bench.pool.connect();
    try {
      const context = { client, mapping, zone: "UTC", fieldKeys: [key] };
      const { outputs } = await planStep(mapping.steps[0]!, context);
      const row = ["1", "Ann", "29.02.1980", "A1"];
      const staged = outputs.filter(({ name }) => name.startsWith("secret_"));
      expect(staged.map(({ name }) => name)).to.deep.equal([
        "secret_birth_date",
        "secret_national_id",
      ]);
      for (const { read, raw, type } of staged) {
        expect([type, raw(row, 2)]).to.deep.equal(["bytea", ""]);
        // 16 bytes to begin with, and a block of 16.
        expect(read(row, 2)).to.match(/^\\x[0-9a-f]{64}$/);
        expect(read(row, 2)).not.to.equal(read(row, 2));
      }
    } finally {
      client.release();
    }
  });

  it("is in the audit trail once per step, with counts; and not at all after a dry run", async () => {
    const trail = async () =>
      (await events(bench.pool, "fields_changed")).filter(
        ({ subject }) => subject === "import from trail",
      );
    const run = (options: ImportOptions) =>
      bench.import({ "people.csv": `${HEADER}1,Ann,29.02.1980,A1\n` }, [step], {
        source: "trail",
        fieldKeys: [key],
        ...options,
      });
    await run({ dryRun: true });
    expect(await trail()).to.deep.equal([]);
    expect(await sealed()).to.deep.equal([]);
    await run({});
    await run({});
    expect((await trail()).map(({ details }) => details)).to.deep.equal([
      { fields: ["birth_date", "national_id"], set_count: 2, cleared_count: 0 },
    ]);
  });

  it("is refused without the key, before anything is written", async () => {
    const error = await failureOf(load("1,Ann,29.02.1980,A1\n", { fieldKeys: [] }));
    expect([error.code, error.parameter]).to.deep.equal([
      "field_key_missing",
      "TIDEMARK_FIELD_KEY",
    ]);
    expect(await bench.value("SELECT count(*)::integer FROM crm.contacts")).to.equal(0);
  });

  const refused: [string, object, string][] = [
    [
      "an unknown field",
      { sensitive: { shoe_size: "born" } },
      "steps[0].sensitive.shoe_size: is not a sensitive field; there are phone_private",
    ],
    [
      "another table",
      { table: "companies", columns: { external_id: "id", name: "name" } },
      "steps[0].sensitive: is for the table contacts only",
    ],
    [
      "a default",
      { sensitive: { national_id: { column: "passport", default: "x" } } },
      "steps[0].sensitive.national_id.default: a sensitive field has no default",
    ],
    [
      "a look-up",
      { sensitive: { national_id: { column: "passport", lookup: { by: "email" } } } },
      "steps[0].sensitive.national_id.lookup: national_id points to no other record",
    ],
  ];
  for (const [what, change, message] of refused)
    it(`refuses ${what}, with its place in the mapping`, async () => {
      const error = await failureOf(load("1,Ann,,\n", {}, [{ ...step, ...change }]));
      expect(error.code).to.equal("bad_mapping");
      expect(error.message).to.include(message);
    });
});
