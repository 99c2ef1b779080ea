import { expect } from "chai";
import { events } from "../support/audit-trail.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addPerson } from "../support/people.ts";
import { runTidemark } from "../support/tidemark.ts";
import { startWeb, type WebServer } from "../support/web.ts";

describe("token", () => {
  let db: TestDatabase;
  let web: WebServer;
  let bob: string;
  before(async () => {
    db = await createTestDatabase();
    web = await startWeb(db.pool);
    bob = await addPerson(db.pool, "Bob");
    await db.pool.query(
      "INSERT INTO crm.user_roles SELECT $1, id FROM crm.roles WHERE role_name = 'Sales Representative'",
      [bob],
    );
  });
  beforeEach(() => db.pool.query("DELETE FROM ops.api_tokens WHERE name <> 'tests'"));
  after(async () => {
    await web.close();
    await db.drop();
  });

  const run = (...args: string[]) => runTidemark(["token", ...args], { DATABASE_URL: db.url });
  const create = async (...args: string[]) => {
    const { code, stdout, stderr } = await run("create", "--name", "script", ...args);
    expect(code, stderr).to.equal(0);
    const [, id = ""] = /^Token (\S{36}) is valid/.exec(stderr) ?? [];
    return { id, token: stdout.trim(), stdout, stderr };
  };
  const list = async () =>
    JSON.parse((await run("list", "--json")).stdout).filter(
      ({ name }: { name: string }) => name !== "tests",
    );
  const statusOf = async (path: string, token: string) =>
    (await web.get(path, { headers: { Authorization: `Bearer ${token}`, Accept: "*/*" } })).status;
  const noted = async (kind: string) => (await events(db.pool, kind)).at(-1);

  it("create prints the token alone and once, for the rows and permissions of a person", async () => {
    const { id, token, stdout, stderr } = await create(
      "--user",
      "BOB@example.com",
      "--scope",
      "reports",
    );
    expect(stdout).to.match(/^tidemark_[\w-]{43}\n$/);
    expect(stderr).to.match(
      / is valid until \d{4}-\d\d-\d\d \d\d:\d\d UTC\. It is shown this once\./,
    );
    expect(await statusOf("/reports", token)).to.equal(200);
    expect(await statusOf("/status.json", token)).to.equal(403);

    const [entry] = await list();
    expect(entry).to.deep.include({
      id,
      owner_email: "Bob@example.com",
      scopes: ["reports"],
      state: "active",
      created_by: null,
      revoked_at: null,
    });
    const days = (Date.parse(entry.expires_at) - Date.parse(entry.created_at)) / 86_400_000;
    expect(days).to.be.closeTo(90, 0.01);
    expect(Date.parse(entry.last_used_at)).to.be.closeTo(Date.now(), 60_000);
    expect(await noted("token_created")).to.deep.equal({
      actor_user_id: null,
      actor_name: "operator",
      means: "cli",
      address: null,
      subject: "script",
      details: {
        token_id: id,
        owner: "Bob@example.com",
        scopes: ["reports"],
        expires_at: entry.expires_at,
      },
    });
  });

  it("create makes one of a service that never expires, when asked to", async () => {
    const { token } = await create("--service", "--scope", "ingest, status", "--expires", "never");
    expect(await statusOf("/status.json", token)).to.equal(200);
    expect(await statusOf("/reports", token)).to.equal(403);
    const [entry] = await list();
    expect(entry).to.deep.include({
      owner_email: null,
      scopes: ["ingest", "status"],
      expires_at: null,
    });
  });

  it("list shows nothing of the token, and what has become of each", async () => {
    const made = await Promise.all(
      ["1d", "2d", "3d", "4d"].map((days) =>
        create("--service", "--scope", "reports", "--expires", days),
      ),
    );
    const [, expired, revoked, abandoned] = made.map(({ id }) => id);
    await db.pool.query("UPDATE ops.api_tokens SET expires_at = now() WHERE id = $1", [expired]);
    await run("revoke", revoked!);
    const cyd = await addPerson(db.pool, "Cyd", { is_active: false });
    await db.pool.query("UPDATE ops.api_tokens SET user_id = $2 WHERE id = $1", [abandoned, cyd]);
    const states = new Map(
      (await list()).map((one: { id: string; state: string }) => [one.id, one.state]),
    );
    expect(made.map(({ id }) => states.get(id))).to.deep.equal([
      "active",
      "expired",
      "revoked",
      "owner inactive",
    ]);
    const { stdout } = await run("list");
    expect(stdout).to.match(/^id +name +owner +scopes +state +expires +last used$/m);
    expect(stdout).to.match(
      new RegExp(`^${revoked} +script +service +reports +revoked +\\d{4}-`, "m"),
    );
    const all = stdout + JSON.stringify(await list());
    for (const { token } of made) expect(all).not.to.include(token.slice("tidemark_".length));
    expect(all).not.to.include("tidemark_");
  });

  it("revoke ends it from the next request on, and may be said twice", async () => {
    const { id, token } = await create("--user", "bob@example.com", "--scope", "reports");
    expect(await statusOf("/reports", token)).to.equal(200);
    expect((await run("revoke", id)).stdout).to.equal('The token "script" is revoked\n');
    expect(await statusOf("/reports", token)).to.equal(401);
    expect((await run("revoke", id)).stdout).to.equal('The token "script" was revoked before\n');
    expect(await noted("token_revoked")).to.deep.include({
      actor_name: "operator",
      subject: "script",
      details: { token_id: id, owner: "Bob@example.com" },
    });
    expect(
      await events(db.pool, "token_revoked").then((all) =>
        all.filter(({ details }) => details.token_id === id),
      ),
    ).to.have.length(1);
  });

  const refused: [string, string[], number, string][] = [
    [
      "no owner",
      ["create", "--name", "x", "--scope", "reports"],
      2,
      "Say whose the token is: --user <email>, or --service, which sees all rows (bad_usage)",
    ],
    [
      "two owners",
      ["create", "--name", "x", "--scope", "reports", "--service", "--user", "bob@example.com"],
      2,
      "Say whose the token is: --user <email>, or --service, which sees all rows (bad_usage)",
    ],
    [
      "somebody unknown",
      ["create", "--name", "x", "--scope", "reports", "--user", "dan@example.com"],
      1,
      'There is nobody with the address "dan@example.com" (not_found)',
    ],
    [
      "an unknown scope",
      ["create", "--name", "x", "--scope", "reports,admin", "--service"],
      1,
      'There is no scope "admin"; there are reports, ingest, status (bad_parameter)',
    ],
    [
      "no scope",
      ["create", "--name", "x", "--scope", ",", "--service"],
      1,
      "Say what the token is for: reports, ingest, status (bad_parameter)",
    ],
    [
      "a scope that would permit nothing",
      ["create", "--name", "x", "--scope", "reports,status", "--user", "bob@example.com"],
      1,
      "None of the roles of Bob permits anything of the scope status; possible: reports (bad_parameter)",
    ],
    [
      "a blank name",
      ["create", "--name", " ", "--scope", "reports", "--service"],
      1,
      "A token needs a name that says what it is for (bad_parameter)",
    ],
    [
      "an odd expiry",
      ["create", "--name", "x", "--scope", "reports", "--service", "--expires", "soon"],
      1,
      '"soon" is not when a token may expire: give 1d to 3650d, or never (bad_parameter)',
    ],
    [
      "an unknown id",
      ["revoke", "00000000-0000-0000-0000-000000000001"],
      1,
      "There is no token 00000000-0000-0000-0000-000000000001 (not_found)",
    ],
    [
      "what is no id",
      ["revoke", "x"],
      1,
      "There is no token x; lists of tokens have the id (not_found)",
    ],
  ];
  for (const [what, args, exit, message] of refused)
    it(`refuses ${what}, in one line, and makes nothing`, async () => {
      const { code, stdout, stderr } = await run(...args);
      expect([code, stdout, stderr]).to.deep.equal([exit, "", `tidemark: ${message}\n`]);
      expect(await list()).to.deep.equal([]);
    });
});
