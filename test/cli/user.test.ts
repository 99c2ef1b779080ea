import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { inProject } from "../house/files.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runTidemark } from "../support/tidemark.ts";
import { createVisitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

describe("user", function () {
  // Real processes: on a busy machine they take their time.
  this.timeout(180_000);
  let db: TestDatabase;
  let web: WebServer;

  before(async () => {
    db = await createTestDatabase();
    web = await startWeb(db.pool);
  });
  after(async () => {
    await web.close();
    await db.drop();
  });

  const settings = () => ({ DATABASE_URL: db.url, TIDEMARK_PUBLIC_URL: web.url });
  const run = (...args: string[]) => runTidemark(["user", ...args], settings());
  const done = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args);
    expect(code, stderr).to.equal(0);
    return stdout;
  };
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).to.deep.equal([1, ""]);
    return stderr;
  };
  const send = async (input: string, ...args: string[]) => {
    const child = spawn(process.execPath, [inProject("src/main.ts"), "user", ...args], {
      env: { PATH: process.env.PATH, ...settings() },
      cwd: "/",
    });
    child.stdin.end(input);
    const [[code], stderr] = await Promise.all([once(child, "close"), text(child.stderr)]);
    return { code, stderr };
  };
  const linkTo = async (email: string) => {
    const link = new URL((await done("password", email)).trimEnd());
    return link.pathname + link.search;
  };
  const isIn = async (email: string, password: string) =>
    (await createVisitor(web.url).signIn(email, password)).status === 303;
  const events = async () => {
    const { rows } = await db.pool.query(
      "SELECT kind, means, subject FROM ops.audit_events WHERE means = 'cli' ORDER BY id",
    );
    return rows.map(({ kind, subject }) => `${kind} ${subject}`);
  };

  it("adds people with a role, a manager and a team, and lists them", async () => {
    await done("add", "ann@example.com", "--first-name", "Ann", "--role", "administrator");
    await done(
      ...["add", "bob@example.com", "--first-name", "Bob", "--last-name", "Lee"],
      ...["--role", "Sales Representative", "--role", "Finance"],
      ...["--manager", "ANN@example.com", "--team", "North"],
    );
    const people = JSON.parse(await done("list", "--json")) as object[];
    expect(people).to.have.length(2);
    expect(people[1]).to.include({
      email: "bob@example.com",
      name: "Bob Lee",
      team: "North",
      manager: "ann@example.com",
      is_active: true,
      has_password: false,
    });
    expect(people[1]).to.deep.include({ roles: ["Finance", "Sales Representative"] });
    expect(await done("list")).to.match(
      /^bob@example\.com +Bob Lee +Finance, Sales Representative +North +ann@example\.com +none$/m,
    );
    expect(await events()).to.deep.equal([
      "user_added ann@example.com",
      "user_added bob@example.com",
    ]);
  });

  it("adds nobody when something is wrong, and says what is allowed", async () => {
    const before = await done("list");
    expect(await refused("add", "BOB@example.com")).to.include("(user_exists)");
    expect(await refused("add", "nobody")).to.include("(bad_email)");
    expect(await refused("add", "cyd@example.com", "--role", "King")).to.match(
      /no role "King"; there are Administrator, Finance, .*\(no_such_role\)/,
    );
    expect(await refused("add", "cyd@example.com", "--manager", "x@example.com")).to.include(
      "(no_such_user)",
    );
    expect(await done("list")).to.equal(before);
  });

  it("changes what is said of a person, and nothing else", async () => {
    await done("change", "bob@example.com", "--role", "Sales Manager");
    expect(await done("list")).to.match(
      /^bob@example\.com +Bob Lee +Sales Manager +North +ann@example\.com +none$/m,
    );
    expect(await refused("change", "ann@example.com", "--manager", "bob@example.com")).to.include(
      "(bad_manager)",
    );
    expect((await run("change", "bob@example.com")).code).to.equal(2);
    expect((await events()).at(-1)).to.equal("roles_changed bob@example.com");
  });

  it("prints a link by which a person chooses a password, once", async () => {
    const path = await linkTo("ann@example.com");
    const ann = createVisitor(web.url);
    for (const _ of [1, 2]) {
      const page = await ann.get(path);
      expect(page.status).to.equal(200);
      expect(await page.text()).to.include("For ann@example.com");
    }
    const token = new URL(path, web.url).searchParams.get("link") as string;
    const short = await ann.post("/set-password", { link: token, password: "too short" });
    expect(short.status).to.equal(400);
    expect(await short.text()).to.include("this one has 9");
    const saved = await ann.post("/set-password", { link: token, password: "ann's very own" });
    expect([saved.status, saved.headers.get("location")]).to.deep.equal([
      303,
      "/sign-in?done=password",
    ]);
    expect(await isIn("ann@example.com", "ann's very own")).to.equal(true);
    const again = await ann.post("/set-password", { link: token, password: "somebody else's" });
    expect(again.status).to.equal(410);
    expect((await ann.get(path)).status).to.equal(410);
  });

  it("keeps no link that somebody who reads the database could use", async () => {
    const path = await linkTo("ann@example.com");
    const { rows } = await db.pool.query(
      "SELECT array_agg(links)::text AS links, bool_and(expires_at BETWEEN now() + interval '59 minutes' AND now() + interval '1 hour') AS short FROM ops.password_links AS links",
    );
    expect(rows[0].links).not.to.include(path.split("=")[1]);
    expect(rows[0].short).to.equal(true);
  });

  it("lets a link end with its hour, with another one's use, and with the person", async () => {
    const [one, other] = [await linkTo("bob@example.com"), await linkTo("bob@example.com")];
    const bob = createVisitor(web.url);
    const token = new URL(other, web.url).searchParams.get("link") as string;
    await bob.get(other);
    await db.pool.query("UPDATE ops.password_links SET expires_at = now()");
    expect((await bob.get(one)).status).to.equal(410);
    expect(
      (await bob.post("/set-password", { link: token, password: "bob's very own" })).status,
    ).to.equal(410);
    await db.pool.query("UPDATE ops.password_links SET expires_at = now() + interval '1 minute'");
    const both = await Promise.all(
      ["bob's very own", "bob's other one"].map((password) =>
        bob.post("/set-password", { link: token, password }),
      ),
    );
    expect(both.map(({ status }) => status).sort()).to.deep.equal([303, 410]);
    expect((await bob.get(one)).status, "the other link").to.equal(410);
    const last = await linkTo("bob@example.com");
    const setActive = (isActive: boolean) =>
      db.pool.query("UPDATE crm.users SET is_active = $1 WHERE email = 'bob@example.com'", [
        isActive,
      ]);
    await setActive(false);
    expect((await bob.get(last)).status, "of somebody inactive").to.equal(410);
    await setActive(true);
    expect((await bob.get(last)).status).to.equal(200);
    await done("deactivate", "bob@example.com");
    await setActive(true);
    expect((await bob.get(last)).status, "once inactive").to.equal(410);
    await setActive(false);
    expect(await refused("password", "bob@example.com")).to.include("(inactive_user)");
    await done("activate", "bob@example.com");
  });

  it("takes a password from standard input, which ends the person's sessions and unlocks them", async () => {
    const ann = createVisitor(web.url);
    await ann.signIn("ann@example.com", "ann's very own");
    expect((await ann.get("/account")).status).to.equal(200);
    for (let n = 0; n < 10; n += 1) await createVisitor(web.url).signIn("ann@example.com", "x");
    const password = "from a pipe, in one line";
    const sent = await send(`${password}\n`, "password", "ann@example.com", "--stdin");
    expect(sent.code, sent.stderr).to.equal(0);
    expect((await ann.get("/account")).status).to.equal(303);
    expect(await isIn("ann@example.com", password)).to.equal(true);
    expect((await events()).at(-1)).to.equal("password_changed ann@example.com");
    for (const [input, code] of [
      ["", 2],
      ["two\nlines of it", 2],
      ["short", 1],
    ] as const)
      expect((await send(input, "password", "ann@example.com", "--stdin")).code).to.equal(code);
    expect(await isIn("ann@example.com", password)).to.equal(true);
  });

  it("lets somebody in no more at once, and in again", async () => {
    const password = "from a pipe, in one line";
    const ann = createVisitor(web.url);
    await ann.signIn("ann@example.com", password);
    const other = createVisitor(web.url);
    await other.signIn("ann@example.com", password);
    await done("deactivate", "ann@example.com");
    expect((await other.get("/account")).status).to.equal(303);
    expect(await isIn("ann@example.com", password)).to.equal(false);
    expect(await done("list")).to.match(/^ann@example\.com.* not active$/m);
    await done("activate", "ann@example.com");
    expect((await ann.get("/account")).status, "the old session").to.equal(303);
    expect(await isIn("ann@example.com", password)).to.equal(true);
  });
});
