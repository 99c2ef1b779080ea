import { expect } from "chai";
import { operator } from "../../../src/access/audit.ts";
import { type DropOptions, dropBiLogin } from "../../../src/access/bi-login/drop.ts";
import { listBiLogins } from "../../../src/access/bi-login/list.ts";
import { connect } from "../../../src/db/connect.ts";
import { events } from "../../support/audit-trail.ts";
import { addBiLogin, dropLogins } from "../../support/bi-login.ts";
import { createTestDatabase, serverUrl, type TestDatabase } from "../../support/database.ts";
import { addPerson } from "../../support/people.ts";
import { failureOf, rejection } from "../../support/refusal.ts";
import { createRole } from "../../support/roles.ts";
import { runSql } from "../../support/sql.ts";

/** PostgreSQL lets every login that can connect store large objects. */
const STORE = "BEGIN READ WRITE; SELECT lo_from_bytea(0, 'x'); COMMIT";

describe("dropping a BI login", () => {
  let db: TestDatabase;
  const names: string[] = [];
  const add = async (userId: string | null = null) => {
    const login = await addBiLogin(db, userId);
    names.push(login.name);
    return login;
  };
  const drop = (name: string, options: Partial<DropOptions> = {}) =>
    dropBiLogin(db.pool, name, { actor: operator, ...options });
  const exists = async (name: string) =>
    (await runSql(serverUrl(), "SELECT FROM pg_roles WHERE rolname = $1", [name])).length === 1;
  const listed = async (name: string) =>
    (await listBiLogins(db.pool)).find((login) => login.name === name);

  before(async () => {
    db = await createTestDatabase();
  });
  after(async () => {
    await db.drop();
    await dropLogins(names);
  });

  it("leaves nothing of it but a line in the audit trail", async () => {
    const login = await add();
    expect(await drop(login.name)).to.equal(true);
    expect(await exists(login.name)).to.equal(false);
    expect(await listed(login.name)).to.equal(undefined);
    expect((await failureOf(login.connect())).code).to.equal("wrong_password");
    const [event] = await events(db.pool, "bi_login_dropped");
    expect(event).to.include({ actor_name: "operator", means: "cli", subject: login.name });
  });

  it("is refused while a tool uses it, unless its sessions are to end too", async () => {
    const login = await add();
    const session = await login.connect();
    const failure = await failureOf(drop(login.name));
    expect(failure.code).to.equal("login_in_use");
    expect(failure.message).to.contain("in 1 session").and.contain("--force");
    expect((await session.query("SELECT 1 AS one")).rows).to.deep.equal([{ one: 1 }]);

    expect(await drop(login.name, { force: true })).to.equal(true);
    await rejection(session.query("SELECT 1"));
    expect(await exists(login.name)).to.equal(false);
  });

  it("takes along what it has made in this database", async () => {
    const login = await add();
    await login.query(STORE);
    await login.left();
    const count = "SELECT count(*)::int AS count FROM pg_largeobject_metadata";
    expect(await runSql(db.url, count)).to.deep.equal([{ count: 1 }]);
    await drop(login.name);
    expect(await runSql(db.url, count)).to.deep.equal([{ count: 0 }]);
    expect(await exists(login.name)).to.equal(false);
  });

  it("is refused, and says where, while it has something in another database", async () => {
    const other = await createTestDatabase();
    const login = await add();
    const elsewhere = new URL(login.url);
    elsewhere.pathname = new URL(other.url).pathname;
    const client = await connect(elsewhere.href, "test");
    await client.query(STORE);
    await client.end();
    await login.left();
    const failure = await failureOf(drop(login.name));
    expect(failure.code).to.equal("login_owns_objects");
    expect(failure.message).to.contain(elsewhere.pathname.slice(1)).and.contain("DROP OWNED BY");
    expect(await listed(login.name)).to.include({ state: "ready" });
    await other.drop();
    expect(await drop(login.name)).to.equal(true);
  });

  it("names those that there are when asked for another", async () => {
    const login = await add();
    const failure = await failureOf(drop("nobody"));
    expect(failure.code).to.equal("no_such_login");
    expect(failure.message).to.match(/^There is no BI login "nobody" of this database; there are /);
    expect(failure.allowed).to.include(login.name);
  });

  it("never touches a login that somebody else has made", async () => {
    const stranger = await createRole();
    const [superuser] = await runSql<{ name: string }>(
      serverUrl(),
      "SELECT rolname AS name FROM pg_roles WHERE rolsuper LIMIT 1",
    );
    for (const name of [
      stranger.name,
      "tidemark_reader",
      new URL(serverUrl()).username,
      superuser?.name ?? "",
    ]) {
      expect((await failureOf(drop(name, { force: true }))).code, name).to.equal("no_such_login");
      expect(await exists(name), name).to.equal(true);
    }
    // Not even where an entry has its name.
    await db.pool.query("INSERT INTO ops.bi_logins (login_name) VALUES ($1)", [stranger.name]);
    expect(await listed(stranger.name)).to.include({ state: "missing", session_count: 0 });
    expect(await drop(stranger.name, { force: true })).to.equal(false);
    expect(await listed(stranger.name)).to.equal(undefined);
    expect(await exists(stranger.name)).to.equal(true);
    await stranger.drop();
  });

  it("of a copy of the database leaves the original's logins alone", async () => {
    const original = await createTestDatabase();
    const login = await addBiLogin(original, null);
    names.push(login.name);
    await original.pool.end();
    const copy = await createTestDatabase({ like: original.url });
    const [entry] = await listBiLogins(copy.pool);
    expect(entry).to.include({ name: login.name, state: "missing" });
    expect(await dropBiLogin(copy.pool, login.name, { actor: operator, force: true })).to.equal(
      false,
    );
    expect(await exists(login.name)).to.equal(true);
    await copy.drop();
    await original.drop();
  });

  it("works where its person was deleted, and it sees nothing any more", async () => {
    const login = await add(await addPerson(db.pool, "gone"));
    expect(await listed(login.name)).to.include({ state: "ready", email: "gone@example.com" });
    await db.pool.query("DELETE FROM crm.users WHERE first_name = 'gone'");
    expect(await listed(login.name)).to.include({
      state: "nobody",
      email: null,
      sees_all_rows: false,
    });
    expect(await drop(login.name)).to.equal(true);
    expect(await exists(login.name)).to.equal(false);
  });

  it("works where somebody has dropped the login by hand", async () => {
    const login = await add();
    await runSql(db.url, `GRANT ${login.name} TO CURRENT_USER`);
    await runSql(db.url, `DROP OWNED BY ${login.name}; DROP ROLE ${login.name}`);
    expect(await listed(login.name)).to.include({ state: "missing", connection_limit: null });
    expect(await drop(login.name)).to.equal(false);
    expect(await listed(login.name)).to.equal(undefined);
  });
});

describe("the list of BI logins", () => {
  let db: TestDatabase;
  const names: string[] = [];
  before(async () => {
    db = await createTestDatabase();
  });
  after(async () => {
    await db.drop();
    await dropLogins(names);
  });

  it("says whose rows each sees, and how many sessions it has", async () => {
    expect(await listBiLogins(db.pool)).to.deep.equal([]);
    const ann = await addPerson(db.pool, "ann");
    const hers = await addBiLogin(db, ann);
    const all = await addBiLogin(db, null);
    names.push(hers.name, all.name);
    const session = await all.connect();
    const rows = Object.fromEntries(
      (await listBiLogins(db.pool)).map(({ name, created_at, ...row }) => {
        expect(Date.now() - Number(created_at)).to.be.within(-1000, 60_000);
        return [name, row];
      }),
    );
    const common = { connection_limit: 10, state: "ready" };
    expect(rows).to.deep.equal({
      [hers.name]: { ...common, email: "ann@example.com", sees_all_rows: false, session_count: 0 },
      [all.name]: { ...common, email: null, sees_all_rows: true, session_count: 1 },
    });
    await session.end();
    await db.pool.query("UPDATE crm.users SET is_active = false");
    await all.left();
    expect((await listBiLogins(db.pool)).find(({ name }) => name === hers.name)?.state).to.equal(
      "inactive",
    );
  });
});
