import { expect } from "chai";
import pino from "pino";
import { revokePublicGrants } from "../../src/access/public-grants.ts";
import { prepare } from "../../src/cli/prepare.ts";
import { loadConfig } from "../../src/config.ts";
import { connect } from "../../src/db/connect.ts";
import { createPool } from "../../src/db/pool.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { failureOf } from "../support/refusal.ts";
import { createRole, type TestRole } from "../support/roles.ts";
import { runTidemark } from "../support/tidemark.ts";

describe("a login of the server that Tidemark does not know", () => {
  let db: TestDatabase;
  let stranger: TestRole;
  beforeEach(async () => {
    db = await createTestDatabase();
    stranger = await createRole();
  });
  afterEach(async () => {
    await db.drop();
    await stranger.drop();
  });

  const refused = async () => {
    const { code, message } = await failureOf(connect(stranger.at(db.url), "test"));
    expect(code).to.equal("missing_privilege");
    expect(message).to.contain("may not connect");
  };
  /** What everybody has on the database and on schema public. */
  const publicGrants = async () =>
    (
      await db.pool.query(`
        SELECT acl.privilege_type
        FROM (
          SELECT coalesce(datacl, acldefault('d', datdba)) AS acl FROM pg_database WHERE datname = current_database()
          UNION ALL
          SELECT coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace WHERE nspname = 'public'
        ) AS lists, aclexplode(lists.acl) AS acl
        WHERE acl.grantee = 0`)
    ).rows;

  it("may connect to a database that no service has seen yet, as PostgreSQL has it", async () => {
    const client = await connect(stranger.at(db.url), "test");
    await client.end();
  });

  it("may not connect any more once a service has started", async () => {
    const log = pino({ level: "silent" });
    const config = loadConfig({ DATABASE_URL: db.url });
    const signal = new AbortController().signal;
    await prepare({ url: db.url, pool: db.pool, config, log, firstRun: false, signal });
    await refused();
    expect(await publicGrants()).to.deep.equal([]);
  });

  it("may not after `migrate up` either", async () => {
    const { code, stderr } = await runTidemark(["migrate", "up"], { DATABASE_URL: db.url });
    expect([code, stderr]).to.deep.equal([0, ""]);
    await refused();
  });

  it("is shut out once, however many processes see to it; the service goes on, and works with temporary tables", async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => revokePublicGrants(db.pool)));
    expect(all).to.deep.equal([[], [], [], [], []]);
    await refused();
    const service = await connect(db.url, "test");
    await service.query("CREATE TEMPORARY TABLE mine (id integer)");
    await service.end();
  });

  it("stays where the service does not own the database, which it says with what to do", async () => {
    const pool = createPool(stranger.at(db.url), { name: "test" });
    const [name] = db.url.split("/").slice(-1);
    try {
      expect(await revokePublicGrants(pool)).to.deep.equal([
        `GRANT CONNECT, TEMPORARY ON DATABASE ${name} TO ${stranger.name}; REVOKE ALL ON DATABASE ${name} FROM PUBLIC`,
        `GRANT USAGE ON SCHEMA public TO ${stranger.name}; REVOKE ALL ON SCHEMA public FROM PUBLIC`,
      ]);
    } finally {
      await pool.end();
    }
    expect(await publicGrants()).to.have.length(3);
  });
});
