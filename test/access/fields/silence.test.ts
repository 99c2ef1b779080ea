import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { fieldNames } from "../../../src/access/fields/field.ts";
import { readFields } from "../../../src/access/fields/read.ts";
import { rotateKey } from "../../../src/access/fields/rotate.ts";
import { writeFields } from "../../../src/access/fields/write.ts";
import { migrateUp } from "../../../src/db/migrate.ts";
import { createPool } from "../../../src/db/pool.ts";
import { type EmbeddedServer, openEmbedded } from "../../../src/db/server/embedded.ts";
import { runImport } from "../../../src/ingest/run.ts";
import { addContact, reader, someKey } from "../../support/fields.ts";
import { rejection } from "../../support/refusal.ts";
import { scratchDataDir, serverLog } from "../../support/tidemark.ts";

/** A server whose administrator wants to read everything. */
const TALKATIVE = {
  fsync: "off",
  log_statement: "all",
  log_min_duration_statement: "0",
  log_min_messages: "debug1",
  log_parameter_max_length: "-1",
  log_parameter_max_length_on_error: "-1",
  log_error_verbosity: "verbose",
  debug_print_parse: "on",
  debug_print_plan: "on",
  shared_preload_libraries: "auto_explain",
  "auto_explain.log_min_duration": "0",
  "auto_explain.log_verbose": "on",
  "auto_explain.log_analyze": "on",
  "auto_explain.log_triggers": "on",
  "auto_explain.log_nested_statements": "on",
  "auto_explain.log_parameter_max_length": "-1",
};

const MAPPING = {
  source: "test",
  steps: [
    {
      file: "people.csv",
      table: "contacts",
      columns: { external_id: "id", last_name: { constant: "Example" } },
      sensitive: { birth_date: { column: "born", format: "dd.MM.yyyy" }, national_id: "passport" },
    },
  ],
};

describe("the log of a server that logs everything", () => {
  const values = {
    phone_private: "+49 30 5550100",
    address_private: "Schwanenwerder 1",
    birth_date: "1971-03-17",
    national_id: "NX-55501",
    notes_private: "Keeps peacocks",
  };
  const imported = "PASSPORT-77120";
  const [first, second] = [someKey(), someKey()];
  let scratch: Awaited<ReturnType<typeof scratchDataDir>>;
  let server: EmbeddedServer;
  let log: string;

  before(async () => {
    scratch = await scratchDataDir();
    server = await openEmbedded({
      dataDir: scratch.dataDir,
      purpose: "serve",
      settings: TALKATIVE,
    });
    await migrateUp(server.url);
    const pool = createPool(server.url, { name: "test" });
    const contact = await addContact(pool);
    await writeFields(pool, first, contact, values, reader);
    expect(await readFields(pool, [first], contact, reader)).to.deep.equal(values);
    await rotateKey(pool, { from: first, to: second, actor: reader });
    expect(await readFields(pool, [second], contact, reader)).to.deep.equal(values);
    const people = join(scratch.dataDir, "people.csv");
    await writeFile(people, `id,born,passport\n1,17.03.1971,${imported}\n2,18.03.1971,${imported}`);
    const mapping = join(scratch.dataDir, "mapping.json");
    await writeFile(mapping, JSON.stringify(MAPPING));
    for (let times = 0; times < 2; times += 1)
      await runImport(pool, mapping, { fieldKeys: [second, first] });
    // What fails says more than what goes well.
    await pool.query(
      "ALTER TABLE crm.contact_secrets ADD CONSTRAINT broken CHECK (false) NOT VALID",
    );
    const refused = await rejection(writeFields(pool, second, contact, values, reader));
    expect(refused.code).to.equal("23514");
    await pool.query("SELECT $1::text, 1 / $2::integer", ["canary in a parameter", 1]);
    await rejection(pool.query("SELECT $1::text, 1 / $2::integer", ["canary in an error", 0]));
    await pool.end();
    log = await serverLog(scratch.dataDir);
  });
  after(async () => {
    await server.close();
    await scratch.remove();
    await rm(scratch.dataDir, { recursive: true, force: true });
  });

  it("has what is bound to a statement, and the plans", () => {
    expect(log).to.match(/DETAIL: {2}Parameters: \$1 = 'canary in a parameter'/);
    expect(log).to.match(/Query Parameters: \$1 = 'canary in a parameter'/);
    expect(log).to.include("'canary in an error'");
    expect(log).to.match(/duration: .* plan:\n[\s\S]*pgp_sym_encrypt_bytea/);
    expect(log).to.include("COPY pg_temp.field_keys");
  });

  it("has no value of a sensitive field, in any form", () => {
    for (const name of fieldNames) expectSilence(name, Buffer.from(values[name]));
    expect(log).to.include("COPY pg_temp.import_rows");
    expectSilence("an imported value", Buffer.from(imported));
  });

  it("has no key, and nothing that is derived from it and sent", () => {
    for (const { setting, encryption, authentication } of [first, second]) {
      expectSilence("setting", Buffer.from(setting, "base64"));
      expectSilence("encryption", encryption.export());
      expectSilence("authentication", authentication.export());
    }
  });

  function expectSilence(what: string, secret: Buffer) {
    const decimals = (bytes: Buffer) => [...bytes.subarray(0, 16)].join(" ");
    for (const form of [
      secret.toString("latin1"),
      secret.toString("utf8"),
      secret.toString("hex"),
      secret.toString("base64"),
      Buffer.from(secret.toString("base64")).toString("hex"),
      decimals(secret),
    ])
      expect(log.includes(form), `${what}: ${form}`).to.equal(false);
  }
});
