import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { readFields } from "../../src/access/fields/read.ts";
import { writeFields } from "../../src/access/fields/write.ts";
import { events } from "../support/audit-trail.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addContact, reader, someKey } from "../support/fields.ts";
import { runTidemark, startTidemark } from "../support/tidemark.ts";

describe("fields", () => {
  let db: TestDatabase;
  let keys: ReturnType<typeof someKey>[];
  let contacts: string[];

  before(async () => {
    db = await createTestDatabase();
  });
  beforeEach(async () => {
    keys = [someKey(), someKey(), someKey()];
    await db.pool.query("DELETE FROM crm.contacts");
    contacts = [];
  });
  after(() => db.drop());

  /** Contacts with two fields each, under the first key. */
  async function fill(count: number) {
    for (let i = 0; i < count; i += 1) {
      const contact = await addContact(db.pool);
      const values = { national_id: `N${i}`, birth_date: "1980-02-29" };
      await writeFields(db.pool, keys[0]!, contact, values, reader);
      contacts.push(contact);
    }
  }
  const settings = (current = 1, old = 0) => ({
    DATABASE_URL: db.url,
    TIDEMARK_FIELD_KEY: keys[current]!.setting,
    TIDEMARK_FIELD_KEY_OLD: keys[old]!.setting,
  });
  const run = (args: string[], env: Record<string, string> = settings()) =>
    runTidemark(["fields", ...args], env);
  const read = (contact: string, ...held: number[]) =>
    readFields(
      db.pool,
      held.map((number) => keys[number]!),
      contact,
      reader,
    );
  const countUnder = async (number: number) =>
    (
      await db.pool.query(
        "SELECT count(*)::integer AS count FROM crm.contact_secrets WHERE key_fingerprint = $1",
        [keys[number]!.fingerprint],
      )
    ).rows[0].count as number;

  it("rotate-key encrypts every value again, and says how many", async () => {
    await fill(4);
    const { code, stdout, stderr } = await run(["rotate-key", "--batch-size", "3"]);
    expect([code, stdout, stderr]).to.deep.equal([
      0,
      `8 values encrypted again, with the key ${keys[1]!.fingerprint}\n`,
      "",
    ]);
    for (const [i, contact] of contacts.entries())
      expect(await read(contact, 1)).to.deep.equal({
        birth_date: "1980-02-29",
        national_id: `N${i}`,
      });
    const again = await run(["rotate-key", "--json"]);
    expect(JSON.parse(again.stdout)).to.deep.equal({
      from: keys[0]!.fingerprint,
      to: keys[1]!.fingerprint,
      rotated: 0,
      tampered: [],
      left: {},
    });
    const noted = (await events(db.pool, "key_rotated")).filter(
      ({ subject }) => subject === keys[1]!.fingerprint,
    );
    const from = keys[0]!.fingerprint;
    expect(noted.map(({ details }) => details)).to.deep.equal([
      { from, state: "began" },
      { from, state: "ended", rotated: 8, tampered: 0 },
    ]);
  });

  it("rotate-key goes on where a process was killed, and values are readable meanwhile", async () => {
    await fill(60);
    const first = startTidemark(["fields", "rotate-key", "--batch-size", "1"], settings());
    while ((await countUnder(1)) === 0) await delay(5);
    first.signalGroup("SIGKILL");
    expect(await first.exited).to.equal("SIGKILL");
    const done = await countUnder(1);
    expect(done).to.be.within(1, 119);
    expect(done + (await countUnder(0))).to.equal(120);
    for (const contact of contacts)
      expect(Object.keys(await read(contact, 1, 0))).to.have.length(2);

    const { code, stdout } = await run(["rotate-key", "--batch-size", "7", "--json"]);
    expect(code).to.equal(0);
    // The killed process may have had one more batch under way.
    expect(JSON.parse(stdout).rotated).to.be.within(120 - done - 1, 120 - done);
    expect(await countUnder(1)).to.equal(120);
    for (const contact of contacts) expect(Object.keys(await read(contact, 1))).to.have.length(2);
  });

  it("rotate-key of two processes at once does each value once", async () => {
    await fill(20);
    const both = await Promise.all(
      [1, 2].map(() => run(["rotate-key", "--batch-size", "2", "--json"])),
    );
    const rotated = both.map(({ stdout }) => JSON.parse(stdout).rotated as number);
    expect(rotated[0]! + rotated[1]!).to.equal(40);
    expect(await read(contacts[19]!, 1)).to.include({ national_id: "N19" });
  });

  it("rotate-key passes over what was tampered with, and names it", async () => {
    await fill(3);
    await db.pool.query(
      `UPDATE crm.contact_secrets SET sealed = set_byte(sealed, 20, 255 - get_byte(sealed, 20))
       WHERE contact_id = $1 AND field = 'national_id'`,
      [contacts[1]],
    );
    const { code, stdout, stderr } = await run(["rotate-key"]);
    expect(code).to.equal(1);
    expect(stdout).to.match(/^5 values encrypted again/);
    expect(stderr).to.equal(
      `tidemark: Left as they were: 1 value under the key ${keys[0]!.fingerprint}; ` +
        `1 value not as Tidemark wrote them: national_id of contact ${contacts[1]} (field_tampered)\n`,
    );
    expect(await read(contacts[0]!, 1)).to.include({ national_id: "N0" });
  });

  it("rotate-key says which values take a key that is neither", async () => {
    await fill(2);
    const { code, stderr } = await run(["rotate-key"], settings(2, 1));
    expect(code).to.equal(1);
    expect(stderr).to.include(
      `Left as they were: 4 values under the key ${keys[0]!.fingerprint} (rotation_incomplete)`,
    );
  });

  it("rotate-key refuses to begin without two keys", async () => {
    const { TIDEMARK_FIELD_KEY_OLD: _, ...rest } = settings();
    const one = await run(["rotate-key"], rest);
    expect([one.code, one.stderr]).to.deep.equal([
      1,
      "tidemark: Rotation needs the key from before: set TIDEMARK_FIELD_KEY_OLD to it, and TIDEMARK_FIELD_KEY to the new one (field_key_missing)\n",
    ]);
    const same = await run(["rotate-key"], settings(0, 0));
    expect([same.code, same.stderr]).to.deep.equal([
      2,
      "tidemark: TIDEMARK_FIELD_KEY and TIDEMARK_FIELD_KEY_OLD are the same key (bad_usage)\n",
    ]);
  });

  it("status counts values by key, and says which key the settings hold", async () => {
    await fill(2);
    await writeFields(db.pool, keys[1]!, contacts[0]!, { phone_private: "1" }, reader);
    await writeFields(db.pool, keys[2]!, contacts[0]!, { notes_private: "1" }, reader);
    const { stdout } = await run(["status", "--json"]);
    expect(JSON.parse(stdout)).to.have.deep.members([
      { key: keys[0]!.fingerprint, setting: "old", value_count: 4 },
      { key: keys[1]!.fingerprint, setting: "current", value_count: 1 },
      { key: keys[2]!.fingerprint, setting: null, value_count: 1 },
    ]);
    const { stdout: words } = await run(["status"], { DATABASE_URL: db.url });
    expect(words).to.include(`${keys[0]!.fingerprint}  not in the settings  4 values\n`);
  });
});
