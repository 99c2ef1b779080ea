import { expect } from "chai";
import { fieldNames, fields } from "../../../src/access/fields/field.ts";
import { filledFields, readFields } from "../../../src/access/fields/read.ts";
import { clearField, writeFields } from "../../../src/access/fields/write.ts";
import { events } from "../../support/audit-trail.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { addContact, reader, someKey } from "../../support/fields.ts";
import { failureOf, rejection } from "../../support/refusal.ts";
import { createRole } from "../../support/roles.ts";
import { runSql } from "../../support/sql.ts";

describe("sensitive fields of contacts", () => {
  const key = someKey();
  const all = {
    phone_private: "+49 30 1234567",
    address_private: "Hauptstraße 1\n10115 Berlin",
    birth_date: "1980-02-29",
    national_id: "12 345678 A 901",
    notes_private: "Prefers not to be called 🌒 after six.",
  };
  let db: TestDatabase;
  let contact: string;
  before(async () => {
    db = await createTestDatabase();
  });
  beforeEach(async () => {
    contact = await addContact(db.pool);
  });
  after(() => db.drop());

  const read = (...keys: (typeof key)[]) => readFields(db.pool, keys, contact, reader);
  const write = (values: Record<string, string>, as = key) =>
    writeFields(db.pool, as, contact, values, reader);
  const stored = async () =>
    (
      await db.pool.query(
        "SELECT field, sealed, key_fingerprint FROM crm.contact_secrets WHERE contact_id = $1",
        [contact],
      )
    ).rows;

  it("are read as they were written, each under a key that the row names", async () => {
    await write(all);
    expect(await read(key)).to.deep.equal(all);
    const rows = await stored();
    expect(rows.map((row) => row.field)).to.have.members(fieldNames);
    for (const { sealed, key_fingerprint } of rows) {
      expect(key_fingerprint).to.equal(key.fingerprint);
      for (const value of Object.values(all)) expect(sealed.includes(value)).to.equal(false);
    }
  });

  it("are those that the table takes", async () => {
    const [check] = await runSql<{ sql: string }>(
      db.url,
      `SELECT pg_get_constraintdef(oid) AS sql FROM pg_constraint WHERE conname = 'contact_secrets_field_check'`,
    );
    const taken = [...(check?.sql ?? "").matchAll(/'(\w+)'/g)].map(([, name]) => name);
    expect(taken).to.have.members(Object.keys(fields));
  });

  it("are never twice the same in the table", async () => {
    const sealed = new Set<string>();
    for (let i = 0; i < 5; i += 1) {
      await write({ birth_date: "1980-02-29" });
      sealed.add((await stored())[0].sealed.toString("hex"));
    }
    expect(sealed.size).to.equal(5);
  });

  it("that are not named stay, and a cleared one is gone", async () => {
    await write({ birth_date: "1980-02-29", national_id: "A1" });
    await write({ national_id: "B2" });
    expect(await read(key)).to.deep.equal({ birth_date: "1980-02-29", national_id: "B2" });
    expect(await clearField(db.pool, contact, "national_id", reader)).to.equal(true);
    expect(await clearField(db.pool, contact, "national_id", reader)).to.equal(false);
    expect(await filledFields(db.pool, contact)).to.deep.equal(["birth_date"]);
  });

  it("go with their contact", async () => {
    await write({ birth_date: "1980-02-29" });
    await db.pool.query("DELETE FROM crm.contacts WHERE id = $1", [contact]);
    expect(await stored()).to.deep.equal([]);
  });

  it("leave in the audit trail who read and changed which, and no value", async () => {
    await write({ birth_date: "1980-02-29" });
    await read(key);
    await clearField(db.pool, contact, "birth_date", reader);
    const who = {
      actor_user_id: reader.userId,
      actor_name: "Ann",
      means: "session",
      address: "192.0.2.7",
      subject: contact,
    };
    const mine = async (kind: string) =>
      (await events(db.pool, kind)).filter(({ subject }) => subject === contact);
    expect(await mine("fields_read")).to.deep.equal([
      { ...who, details: { fields: ["birth_date"] } },
    ]);
    expect(await mine("fields_changed")).to.deep.equal([
      { ...who, details: { set: ["birth_date"] } },
      { ...who, details: { cleared: ["birth_date"] } },
    ]);
    const [found] = await runSql(
      db.url,
      "SELECT count(*)::integer AS count FROM ops.audit_events WHERE audit_events::text LIKE '%1980%'",
    );
    expect(found).to.deep.equal({ count: 0 });
  });

  it("are not shown when the audit trail cannot be written", async () => {
    await write({ birth_date: "1980-02-29" });
    await db.pool.query("ALTER TABLE ops.audit_events RENAME TO elsewhere");
    try {
      expect((await rejection(read(key))).code).to.equal("42P01");
    } finally {
      await db.pool.query("ALTER TABLE ops.elsewhere RENAME TO audit_events");
    }
  });

  it("stay closed to another key, which is told from a value that was tampered with", async () => {
    await write({ birth_date: "1980-02-29" });
    const other = someKey();
    const wrong = await failureOf(read(other));
    expect([wrong.code, wrong.message]).to.deep.equal([
      "field_key_wrong",
      `Of contact ${contact}, birth_date is under the key ${key.fingerprint}; the settings hold ${other.fingerprint}`,
    ]);
    expect(await read(other, key)).to.deep.equal({ birth_date: "1980-02-29" });
    // Somebody says that it is of the other key: neither opens it.
    await db.pool.query(
      "UPDATE crm.contact_secrets SET key_fingerprint = $2 WHERE contact_id = $1",
      [contact, other.fingerprint],
    );
    expect((await failureOf(read(other, key))).code).to.equal("field_tampered");
  });

  it("show that a single bit was changed", async () => {
    await write({ national_id: "A1" });
    const length = (await stored())[0].sealed.length;
    for (let at = 0; at < length; at += 1) {
      const flip = `UPDATE crm.contact_secrets SET sealed = set_bit(sealed, $2, 1 - get_bit(sealed, $2)) WHERE contact_id = $1`;
      await db.pool.query(flip, [contact, at * 8 + (at % 8)]);
      const error = await failureOf(read(key));
      expect(error.code, `byte ${at}`).to.equal("field_tampered");
      expect(error.message).to.include(`national_id of contact ${contact}`);
      await db.pool.query(flip, [contact, at * 8 + (at % 8)]);
    }
    expect(await read(key)).to.deep.equal({ national_id: "A1" });
  });

  it("show that a value was put in another's place", async () => {
    const [ann, bob] = [contact, await addContact(db.pool)];
    for (const [id, text] of [
      [ann, "A1"],
      [bob, "B2"],
    ] as const)
      await writeFields(db.pool, key, id, { national_id: text, phone_private: text }, reader);
    const copy = (from: string, field: string) =>
      db.pool.query(
        `UPDATE crm.contact_secrets AS mine
         SET sealed = theirs.sealed, authentication_code = theirs.authentication_code
         FROM crm.contact_secrets AS theirs
         WHERE mine.contact_id = $1 AND mine.field = 'national_id' AND theirs.contact_id = $2 AND theirs.field = $3`,
        [ann, from, field],
      );
    for (const [from, field] of [
      [bob, "national_id"],
      [ann, "phone_private"],
    ] as const) {
      await copy(from, field);
      expect((await failureOf(read(key))).code, `${from} ${field}`).to.equal("field_tampered");
    }
    // A value that cannot be trusted can be replaced.
    await write({ national_id: "A1" });
    expect(await read(key)).to.deep.equal({ national_id: "A1", phone_private: "A1" });
  });

  it("refuse what does not fit, without quoting it", async () => {
    for (const [field, value, reason] of [
      ["birth_date", "29.02.1980", "is not a day such as 1980-02-29"],
      ["birth_date", "1981-02-29", "is not a day such as 1980-02-29"],
      ["national_id", " ", "is blank"],
      ["phone_private", "1".repeat(101), "is longer than 100 characters"],
    ] as const) {
      const error = await failureOf(write({ [field]: value }));
      expect([error.code, error.parameter, error.message]).to.deep.equal([
        "bad_parameter",
        field,
        `The value for ${field} ${reason}`,
      ]);
    }
    contact = "00000000-0000-0000-0000-000000000001";
    expect((await failureOf(write({ national_id: "A1" }))).code).to.equal("not_found");
  });

  it("say what is missing where pgcrypto is", async () => {
    await db.pool.query("DROP EXTENSION pgcrypto");
    expect((await failureOf(write({ national_id: "A1" }))).code).to.equal("pgcrypto_missing");
    // Wherever it is put.
    await db.pool.query(`CREATE SCHEMA "odd Place"; CREATE EXTENSION pgcrypto SCHEMA "odd Place"`);
    await write({ national_id: "A1" });
    expect(await read(key)).to.deep.equal({ national_id: "A1" });
  });

  it("are read by no view and no function, and by no login but the service's own", async () => {
    const [found] = await runSql(
      db.url,
      `SELECT
         ARRAY(
           SELECT DISTINCT ev_class::regclass::text
           FROM pg_depend
           JOIN pg_rewrite ON classid = 'pg_rewrite'::regclass AND pg_rewrite.oid = objid
           WHERE refclassid = 'pg_class'::regclass AND refobjid = 'crm.contact_secrets'::regclass
         ) AS views,
         ARRAY(
           SELECT pg_proc.oid::regprocedure::text
           FROM pg_proc
           WHERE pg_get_function_sqlbody(pg_proc.oid) ~ 'contact_secrets' OR prosrc ~ 'contact_secrets'
         ) AS functions,
         ARRAY(
           SELECT tgname::text FROM pg_trigger WHERE tgrelid = 'crm.contact_secrets'::regclass AND NOT tgisinternal
         ) AS triggers,
         ARRAY(
           SELECT rolname::text
           FROM pg_roles
           WHERE has_table_privilege(oid, 'crm.contact_secrets', 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
             AND NOT rolsuper
             AND NOT pg_has_role(oid, (SELECT relowner FROM pg_class WHERE oid = 'crm.contact_secrets'::regclass), 'USAGE')
             AND rolname NOT LIKE 'pg\\_%'
         ) AS roles`,
    );
    expect(found).to.deep.equal({
      views: [],
      functions: [],
      triggers: ["set_updated_at"],
      roles: [],
    });
    const tool = await createRole("IN ROLE tidemark_reader");
    try {
      const reading = runSql(tool.at(db.url), "SELECT FROM crm.contact_secrets");
      expect((await rejection(reading)).code).to.equal("42501");
    } finally {
      await tool.drop();
    }
  });
});
