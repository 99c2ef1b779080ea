import { expect } from "chai";
import { operator } from "../../../src/access/audit.ts";
import { createBiLogin } from "../../../src/access/bi-login/create.ts";
import { followTimeZone } from "../../../src/access/bi-login/settings.ts";
import { createPool } from "../../../src/db/pool.ts";
import { events } from "../../support/audit-trail.ts";
import { addBiLogin, dropLogins, someName } from "../../support/bi-login.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";
import { refreshMarts, setTimeZone } from "../../support/marts.ts";
import { addPerson } from "../../support/people.ts";
import { failureOf, rejection } from "../../support/refusal.ts";
import { createRole } from "../../support/roles.ts";
import { runSql } from "../../support/sql.ts";

describe("a BI login", () => {
  let db: TestDatabase;
  let ann: string;
  const names: string[] = [];
  const add = async (userId: string | null, name?: string) => {
    const login = await addBiLogin(db, userId, name);
    names.push(login.name);
    return login;
  };

  before(async () => {
    db = await createTestDatabase();
    ann = await addPerson(db.pool, "ann");
    const bob = await addPerson(db.pool, "bob");
    await db.pool.query(
      "INSERT INTO crm.user_roles SELECT users.id, roles.id FROM crm.users, crm.roles WHERE role_name = 'Sales Representative'",
    );
    await db.pool.query("INSERT INTO crm.companies (name) VALUES ('Acme')");
    for (const owner of [ann, bob])
      await db.pool.query(
        "INSERT INTO crm.opportunities (name, company_id, owner_user_id) SELECT 'Deal', id, $1 FROM crm.companies",
        [owner],
      );
    await setTimeZone(db.pool, "Europe/Berlin");
    await refreshMarts(db.pool);
  });
  after(async () => {
    await db.drop();
    await dropLogins(names);
  });

  const OWNERS =
    "SELECT coalesce(string_agg(owner_name, ' ' ORDER BY owner_name), '') AS owners FROM sales_dashboard";

  it("sees the rows of its person, by the names that views have in reporting", async () => {
    expect(await (await add(ann)).query(OWNERS)).to.deep.equal([{ owners: "ann" }]);
  });

  it("sees all rows where it was made to, and nothing once nobody knows it", async () => {
    const login = await add(null);
    expect(await login.query(OWNERS)).to.deep.equal([{ owners: "ann bob" }]);
    await db.pool.query("DELETE FROM ops.bi_logins WHERE login_name = $1", [login.name]);
    expect(await login.query(OWNERS)).to.deep.equal([{ owners: "" }]);
  });

  it("follows its person at once, in a session that is open: no role, inactive, gone", async () => {
    const cyd = await addPerson(db.pool, "cyd");
    await db.pool.query(
      "INSERT INTO crm.user_roles SELECT $1, id FROM crm.roles WHERE role_name = 'Finance'",
      [cyd],
    );
    const login = await add(cyd);
    const session = await login.connect();
    const seen = async () => (await session.query(OWNERS)).rows[0].owners;
    expect(await seen()).to.equal("ann bob");
    await db.pool.query("UPDATE crm.users SET is_active = false WHERE id = $1", [cyd]);
    expect(await seen()).to.equal("");
    await db.pool.query("UPDATE crm.users SET is_active = true WHERE id = $1", [cyd]);
    expect(await seen()).to.equal("ann bob");
    await db.pool.query("DELETE FROM crm.user_roles WHERE user_id = $1", [cyd]);
    expect(await seen()).to.equal("");
    await db.pool.query(
      "INSERT INTO crm.user_roles SELECT $1, id FROM crm.roles WHERE role_name = 'Finance'",
      [cyd],
    );
    await db.pool.query("DELETE FROM crm.users WHERE id = $1", [cyd]);
    expect(await seen()).to.equal("");
    await session.end();
  });

  it("carries its settings itself, because those of a role are not inherited", async () => {
    const { name } = await add(ann);
    const [role] = await runSql<{ settings: string[] }>(
      db.url,
      "SELECT rolconfig AS settings FROM pg_roles WHERE rolname = $1",
      [name],
    );
    expect(role?.settings).to.have.members([
      "default_transaction_read_only=on",
      "statement_timeout=60s",
      "idle_in_transaction_session_timeout=5min",
      "client_connection_check_interval=5s",
      "search_path=reporting",
      "jit=off",
      "enable_mergejoin=off",
      "TimeZone=Europe/Berlin",
    ]);
  });

  it("starts its sessions with them", async () => {
    const session = await (await add(ann)).connect();
    for (const [setting, value] of [
      ["transaction_read_only", "on"],
      ["statement_timeout", "1min"],
      ["idle_in_transaction_session_timeout", "5min"],
      ["search_path", "reporting"],
      ["enable_mergejoin", "off"],
      ["TimeZone", "Europe/Berlin"],
    ])
      expect((await session.query(`SHOW ${setting}`)).rows, setting).to.deep.equal([
        { [setting as string]: value },
      ]);
    await session.end();
  });

  it("is nothing but a reader that may connect to this database", async () => {
    const { name } = await add(ann);
    const [role] = await runSql(
      db.url,
      `SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolinherit, rolcanlogin, rolconnlimit,
         ARRAY(
           SELECT roleid::regrole::text || CASE WHEN admin_option THEN ' and may admit others' ELSE '' END
           FROM pg_auth_members WHERE member = pg_roles.oid
         ) AS member_of,
         ARRAY(
           SELECT acl.privilege_type || CASE WHEN acl.is_grantable THEN ' to others too' ELSE '' END
           FROM pg_database, aclexplode(datacl) AS acl
           WHERE datname = current_database() AND acl.grantee = pg_roles.oid
         ) AS on_database,
         (SELECT count(*)::int FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = pg_roles.oid) AS grants
       FROM pg_roles WHERE rolname = $1`,
      [name],
    );
    expect(role).to.deep.equal({
      rolsuper: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
      rolbypassrls: false,
      rolinherit: true,
      rolcanlogin: true,
      rolconnlimit: 10,
      member_of: ["tidemark_reader"],
      on_database: ["CONNECT"],
      // That on the database, and none besides.
      grants: 1,
    });
  });

  it("has so many connections at most", async () => {
    const name = someName();
    names.push(name);
    const { password } = await createBiLogin(db.pool, {
      name,
      person: null,
      connections: 1,
      actor: operator,
    });
    const url = new URL(db.url);
    url.username = name;
    url.password = password;
    const pool = createPool(url.href, { name: "test", max: 2 });
    const first = await pool.connect();
    expect((await rejection(pool.connect())).code).to.equal("53300");
    first.release();
    await pool.end();
  });

  it("is in the audit trail, without its password", async () => {
    const { name } = await add(ann);
    const [event] = (await events(db.pool, "bi_login_created")).filter(
      ({ subject }) => subject === name,
    );
    expect(event).to.deep.equal({
      actor_user_id: null,
      actor_name: "operator",
      means: "cli",
      address: null,
      subject: name,
      details: { sees: "(test)", connections: 10 },
    });
  });

  it("follows a change of the business zone", async () => {
    const login = await add(ann);
    await setTimeZone(db.pool, "Asia/Tokyo");
    expect(await followTimeZone(db.pool)).to.include(login.name);
    expect(await login.query("SHOW timezone")).to.deep.equal([{ TimeZone: "Asia/Tokyo" }]);
    await setTimeZone(db.pool, "Europe/Berlin");
    await followTimeZone(db.pool);
  });

  it("takes over the entry of one that somebody dropped by hand, and whose rows it is for", async () => {
    const name = someName();
    names.push(name);
    await db.pool.query("INSERT INTO ops.bi_logins (login_name) VALUES ($1)", [name]);
    expect(await (await addBiLogin(db, ann, name)).query(OWNERS)).to.deep.equal([
      { owners: "ann" },
    ]);
  });

  describe("is refused", () => {
    const request = (name: string, person: Parameters<typeof createBiLogin>[1]["person"] = null) =>
      createBiLogin(db.pool, { name, person, connections: 1, actor: operator });
    const trail = async () => (await events(db.pool, "bi_login_created")).length;

    it("with a name that a login cannot have, or that means somebody else", async () => {
      for (const name of [
        "",
        "Ann",
        "1st",
        "a b",
        'a"b',
        "a-b",
        "pg_x",
        "public",
        "current_user",
        `a${"b".repeat(63)}`,
      ]) {
        const { code, message } = await failureOf(request(name));
        expect(code, name).to.equal("bad_login_name");
        expect(message).to.contain("small letters");
      }
    });

    it("with the name of any other login or role of the server, which stays as it is", async () => {
      const stranger = await createRole();
      const before = await trail();
      for (const name of [stranger.name, "tidemark_reader", (await add(ann)).name]) {
        const { code, message } = await failureOf(request(name));
        expect(code, name).to.equal("login_taken");
        expect(message).to.contain("choose another name");
      }
      const entries = await db.pool.query("SELECT FROM ops.bi_logins WHERE login_name = ANY ($1)", [
        [stranger.name, "tidemark_reader"],
      ]);
      expect(entries.rowCount).to.equal(0);
      const [role] = await runSql(
        db.url,
        "SELECT rolconfig, pg_has_role(oid, 'tidemark_reader', 'MEMBER') AS reads FROM pg_roles WHERE rolname = $1",
        [stranger.name],
      );
      expect(role).to.deep.equal({ rolconfig: null, reads: false });
      expect(await trail()).to.equal(before + 1);
      await stranger.drop();
    });

    it("for somebody who is inactive", async () => {
      const person = { id: ann, email: "ann@example.com", isActive: false };
      const { code } = await failureOf(request(someName(), person));
      expect(code).to.equal("inactive_user");
    });

    it("where the service's own login may not make logins, saying what to do", async () => {
      const failure = await refusedAs("");
      expect(failure.code).to.equal("missing_privilege");
      expect(failure.message).to.match(/^"(\w+)" may not make logins: ALTER ROLE "\1" CREATEROLE$/);
    });

    it("where it may not let them read, from PostgreSQL 16 on", async function () {
      const [server] = await runSql(db.url, "SHOW server_version_num");
      if (Number(server?.server_version_num) < 160_000) this.skip();
      const failure = await refusedAs("CREATEROLE");
      expect(failure.code).to.equal("missing_privilege");
      expect(failure.message).to.match(
        /^"(\w+)" may not let others read: GRANT tidemark_reader TO "\1" WITH ADMIN OPTION$/,
      );
    });

    /** How a service fares whose login has these attributes; there is no login afterwards. */
    async function refusedAs(attributes: string) {
      const name = someName();
      const service = await createRole(attributes);
      const pool = createPool(service.at(db.url), { name: "test" });
      const failure = await failureOf(
        createBiLogin(pool, { name, person: null, connections: 1, actor: operator }),
      );
      await pool.end();
      await service.drop();
      expect(await runSql(db.url, "SELECT FROM pg_roles WHERE rolname = $1", [name])).to.deep.equal(
        [],
      );
      return failure;
    }

    it("of two with one name at the same time, and leaves one whole", async () => {
      const name = someName();
      names.push(name);
      const both = await Promise.allSettled([request(name), request(name)]);
      const failures = both.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
      expect(failures).to.deep.equal(["login_taken"]);
      const entry = await db.pool.query("SELECT FROM ops.bi_logins WHERE login_name = $1", [name]);
      expect(entry.rowCount).to.equal(1);
    });
  });
});
