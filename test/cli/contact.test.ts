import { expect } from "chai";
import { events } from "../support/audit-trail.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addContact, someKey } from "../support/fields.ts";
import { runTidemark } from "../support/tidemark.ts";

describe("contact", () => {
  const key = someKey().setting;
  let db: TestDatabase;
  let id: string;
  before(async () => {
    db = await createTestDatabase();
    id = await addContact(db.pool, "Example");
    await db.pool.query(
      "UPDATE crm.contacts SET first_name = 'Ann', email = 'Ann@acme.example', title = 'CFO'",
    );
  });
  after(() => db.drop());

  const run = (args: string[], settings = {}, input?: string) =>
    runTidemark(
      ["contact", ...args],
      { DATABASE_URL: db.url, TIDEMARK_FIELD_KEY: key, ...settings },
      input,
    );
  const withoutKey = { TIDEMARK_FIELD_KEY: undefined };

  it("sets a field from standard input, and shows it when asked to", async () => {
    const set = await run(["set", id, "notes_private"], {}, "Line one\nLine two\n");
    expect([set.code, set.stdout, set.stderr]).to.deep.equal([
      0,
      `notes_private of contact ${id} is set\n`,
      "",
    ]);
    await run(["set", "ann@ACME.example", "birth_date"], {}, "1980-02-29\r\n");
    const { code, stdout } = await run(["show", id, "--sensitive"]);
    expect(code).to.equal(0);
    expect(stdout).to.equal(
      `id                ${id}\nname              Ann Example\ntitle             CFO\nemail             Ann@acme.example\n` +
        "birth_date        1980-02-29\nnotes_private     Line one\n                  Line two\n",
    );
    const [event] = await events(db.pool, "fields_read");
    expect(event).to.include({ actor_name: "operator", means: "cli", subject: id });
    expect(event.details).to.deep.equal({ fields: ["birth_date", "notes_private"] });
  });

  it("needs no key to say which fields there are, and notes nothing then", async () => {
    const { stdout } = await run(["show", id], withoutKey);
    expect(stdout).to.match(/^Sensitive, shown with --sensitive: birth_date, notes_private$/m);
    expect(stdout).not.to.include("1980");
    expect(await events(db.pool, "fields_read")).to.have.length(1);
  });

  it("writes JSON for programs", async () => {
    const { stdout } = await run(["show", id, "--sensitive", "--json"]);
    expect(JSON.parse(stdout)).to.deep.equal({
      id,
      name: "Ann Example",
      title: "CFO",
      company: null,
      email: "Ann@acme.example",
      phone_work: null,
      phone_mobile: null,
      owner: null,
      sensitive_fields: ["birth_date", "notes_private"],
      sensitive: { birth_date: "1980-02-29", notes_private: "Line one\nLine two" },
    });
    expect(JSON.parse((await run(["show", id, "--json"])).stdout)).not.to.have.property(
      "sensitive",
    );
  });

  it("clears a field", async () => {
    const { stdout } = await run(["clear", id, "notes_private"], withoutKey);
    expect(stdout).to.equal(`notes_private of contact ${id} is cleared\n`);
    const { stdout: shown } = await run(["show", id]);
    expect(shown).to.match(/: birth_date$/m);
  });

  const refusals: [string, string[], object, RegExp][] = [
    [
      "without the key",
      ["show", "ann@acme.example", "--sensitive"],
      withoutKey,
      /set TIDEMARK_FIELD_KEY \(openssl rand -base64 32 makes one\) \(field_key_missing\)/,
    ],
    [
      "with another key",
      ["show", "ann@acme.example", "--sensitive"],
      { TIDEMARK_FIELD_KEY: someKey().setting },
      /birth_date is under the key [0-9a-f]{16}; the settings hold [0-9a-f]{16} \(field_key_wrong\)/,
    ],
    [
      "with half a key",
      ["show", "ann@acme.example", "--sensitive"],
      { TIDEMARK_FIELD_KEY: "c2VjcmV0" },
      /^tidemark: TIDEMARK_FIELD_KEY: is 32 bytes at random in base64: openssl rand -base64 32 (?!.*c2VjcmV0).*\(bad_setting\)$/m,
    ],
    [
      "an unknown field",
      ["set", "ann@acme.example", "shoe_size"],
      {},
      /there are phone_private, .*, notes_private \(bad_parameter\)/,
    ],
    ["an unknown contact", ["show", "bob@acme.example"], {}, /\(not_found\)/],
  ];
  for (const [what, args, settings, message] of refusals)
    it(`refuses ${what}, in one line`, async () => {
      const { code, stdout, stderr } = await run(args, settings, "");
      expect([code, stdout]).to.deep.equal([1, ""]);
      expect(stderr).to.match(message);
      expect(stderr.trim()).not.to.include("\n");
    });
});
