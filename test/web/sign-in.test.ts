import { expect } from "chai";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

describe("signing in", () => {
  let db: TestDatabase;
  let web: WebServer;
  let ann: string;

  before(async () => {
    db = await createTestDatabase();
    ann = await addAccount(db.pool, "Ann");
    web = await startWeb(db.pool);
  });
  after(async () => {
    await web.close();
    await db.drop();
  });
  beforeEach(() => db.pool.query("DELETE FROM ops.attempts; DELETE FROM ops.sessions"));

  const visitor = () => createVisitor(web.url);
  const signedIn = async () => {
    const someone = visitor();
    await someone.signIn(emailOf("Ann"), PASSWORD);
    return someone;
  };
  const to = (answer: Response) => [answer.status, answer.headers.get("location")];
  const sessions = async () =>
    (await db.pool.query("SELECT * FROM ops.sessions ORDER BY sid")).rows;
  const lastEvent = async () =>
    (await db.pool.query("SELECT * FROM ops.audit_events ORDER BY id DESC LIMIT 1")).rows[0];

  it("leads to the page that was asked for", async () => {
    const someone = visitor();
    const path = "/status?a=b&c=d";
    const sent = await someone.get(path);
    expect(to(sent)).to.deep.equal([303, `/sign-in?next=${encodeURIComponent(path)}`]);
    const page = await someone.get(sent.headers.get("location") as string);
    expect(page.status).to.equal(200);
    expect(page.headers.get("cache-control")).to.equal("no-store");
    const [, next = ""] = /name="next" value="([^"]*)"/.exec(await page.text()) ?? [];
    const fields = { email: "  ann@EXAMPLE.com ", password: PASSWORD };
    const answer = await someone.post("/sign-in", {
      ...fields,
      next: next.replaceAll("&#x3D;", "=").replaceAll("&amp;", "&"),
    });
    expect(to(answer)).to.deep.equal([303, path]);
    const status = await someone.get(path);
    expect(status.status).to.equal(200);
    expect(await status.text()).to.match(/<a class="name" href="\/account">Ann<\/a>/);
    expect(to(await someone.get("/sign-in?next=/status"))).to.deep.equal([303, "/status"]);
    expect(await lastEvent()).to.include({
      kind: "sign_in",
      actor_user_id: ann,
      actor_name: "Ann",
      means: "session",
      address: "127.0.0.1",
    });
  });

  it("leads nowhere else", async () => {
    for (const next of [
      "https://evil.example/",
      "//evil.example/",
      "/\\evil.example/",
      "/\t/evil.example/",
      "/.//evil.example/",
      "/a/..//evil.example/",
      "javascript:alert(1)",
      "",
    ]) {
      const someone = visitor();
      await someone.get("/sign-in");
      const fields = { email: emailOf("Ann"), password: PASSWORD, next };
      expect(to(await someone.post("/sign-in", fields)), next).to.deep.equal([303, "/"]);
    }
  });

  it("is what visitors of pages are sent to, also by a form of theirs that came too late", async () => {
    const someone = visitor();
    for (const path of ["/", "/reports", "/reports/sales-dashboard", "/status"])
      expect((await someone.get(path)).status, path).to.equal(303);
    expect(to(await someone.post("/sign-out"))).to.deep.equal([303, "/sign-in"]);
  });

  it("puts nothing into the database for those who have not signed in", async () => {
    const someone = visitor();
    await someone.get("/sign-in");
    await someone.get("/reports");
    await someone.signIn(emailOf("Ann"), "not the password");
    expect(someone.cookies()).to.match(/^tidemark_visitor=[\w-]{32}$/);
    expect(await sessions()).to.deep.equal([]);
  });

  it("makes a new session each time, whose cookie only the browser holds", async () => {
    const someone = visitor();
    await someone.get("/sign-in");
    const cookie = (answer: Response) =>
      answer.headers.getSetCookie().find((line) => line.startsWith("tidemark_session="));
    const fields = { email: emailOf("Ann"), password: PASSWORD };
    const first = cookie(await someone.post("/sign-in", fields)) as string;
    expect(first).to.match(/^tidemark_session=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
    const [row] = await sessions();
    expect(row.user_id).to.equal(ann);
    const value = decodeURIComponent(/=([^;]+)/.exec(first)?.[1] ?? "");
    const id = value.replace(/^s:/, "").split(".")[0] as string;
    expect(id.length).to.equal(32);
    expect(JSON.stringify(row)).not.to.include(id);

    // What the table holds is no way in.
    const forged = await web.get("/status", {
      headers: { Authorization: "", Cookie: first.replace(id, row.sid) },
    });
    expect(forged.status).not.to.equal(200);

    await someone.get("/status");
    const again = cookie(await someone.post("/sign-in", fields)) as string;
    expect(again).not.to.equal(first);
    expect(await sessions()).to.have.length(1);
    expect((await sessions())[0].sid).not.to.equal(row.sid);
  });

  it("is asked for again once the session was not used for long, or is old, and then it is deleted", async () => {
    const someone = await signedIn();
    const age = (sql: string) => db.pool.query(`UPDATE ops.sessions SET ${sql}`);
    const left = async () => {
      const { rows } = await db.pool.query(
        "SELECT extract(epoch FROM expire - now())::int AS seconds FROM ops.sessions",
      );
      return rows[0].seconds as number;
    };
    expect(await left()).to.be.within(12 * 3600 - 60, 12 * 3600 + 60);
    await age("expire = now() + interval '1 hour', seen_at = now() - interval '2 minutes'");
    expect((await someone.get("/status")).status).to.equal(200);
    expect(await left()).to.be.within(12 * 3600 - 60, 12 * 3600 + 60);
    // Nothing is written for every click.
    await age("expire = now() + interval '1 hour'");
    await someone.get("/status");
    expect(await left()).to.be.within(3540, 3600);
    // Seven days after signing in, all use ends.
    await age(
      `sess = jsonb_set(sess, '{signedInAt}', to_jsonb(floor(extract(epoch FROM now() - interval '7 days' + interval '5 minutes') * 1000))),
       seen_at = now() - interval '2 minutes'`,
    );
    await someone.get("/status");
    expect(await left()).to.be.within(240, 300);
    await age("expire = now() - interval '2 s'");
    expect((await someone.get("/status")).status).to.equal(303);
  });

  it("counts for whom they are now: inactive, renamed, of another role", async () => {
    const someone = await signedIn();
    const change = (sql: string) => db.pool.query(sql, [ann]);
    await change("UPDATE crm.users SET first_name = 'Anna' WHERE id = $1");
    expect(await (await someone.get("/status")).text()).to.include(">Anna<");
    await change("UPDATE crm.users SET first_name = 'Ann' WHERE id = $1");
    await change("DELETE FROM crm.user_roles WHERE user_id = $1");
    const refused = await someone.get("/status");
    expect(refused.status).to.equal(403);
    expect(await refused.text()).not.to.include('href="/status"');
    await change(
      "INSERT INTO crm.user_roles SELECT $1, id FROM crm.roles WHERE role_name = 'Sales Manager'",
    );
    expect((await someone.get("/status")).status).to.equal(200);
    await change("UPDATE crm.users SET is_active = false WHERE id = $1");
    expect((await someone.get("/status")).status).to.equal(303);
    expect(await sessions()).to.deep.equal([]);
    expect((await visitor().signIn(emailOf("Ann"), PASSWORD)).status).to.equal(401);
    await change("UPDATE crm.users SET is_active = true WHERE id = $1");
    expect((await someone.get("/status")).status).to.equal(303);
  });

  it("counts for nothing beside a token", async () => {
    const someone = await signedIn();
    const ask = (authorization: string, accept = "text/html") =>
      someone.get("/status", { Authorization: authorization, Accept: accept });
    expect((await ask("Bearer nonsense", "*/*")).status).to.equal(401);
    expect(await (await ask(web.authorization)).text()).to.include(">tests<");
  });

  it("ends with signing out, for good", async () => {
    const someone = await signedIn();
    const cookies = someone.cookies();
    await someone.get("/status");
    const out = await someone.post("/sign-out");
    expect(to(out)).to.deep.equal([303, "/sign-in"]);
    expect(out.headers.get("clear-site-data")).to.equal('"cache"');
    expect(await sessions()).to.deep.equal([]);
    expect((await lastEvent()).kind).to.equal("sign_out");
    const again = await createVisitor(web.url, { Cookie: cookies }).get("/status");
    expect(again.status).to.equal(303);
  });

  it("cannot be undone by a request that is still under way", async () => {
    const someone = await signedIn();
    const client = await db.pool.connect();
    try {
      await db.pool.query("UPDATE ops.sessions SET seen_at = now() - interval '1 hour'");
      // The page is read while the session is being deleted: its last note of use waits for that.
      await client.query("BEGIN; DELETE FROM ops.sessions");
      const page = someone.get("/status");
      await waitForLock();
      await client.query("COMMIT");
      await page;
    } finally {
      client.release();
    }
    expect(await sessions()).to.deep.equal([]);
  });
  const waitForLock = async (): Promise<void> => {
    const { rows } = await db.pool.query(
      "SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    if (rows[0].waiting === 0) await waitForLock();
  };

  it("changes the pages that a browser keeps, because their forms are another session's", async () => {
    await refreshMarts(db.pool);
    const tagOf = async (someone: Visitor) => {
      const page = await someone.get("/reports/sales-dashboard");
      expect(page.status).to.equal(200);
      return page.headers.get("etag");
    };
    const [one, other] = [await signedIn(), await signedIn()];
    const known = await tagOf(one);
    expect(known).to.match(/^W\//);
    expect(await tagOf(one)).to.equal(known);
    expect(await tagOf(other)).not.to.equal(known);
    const asked = (someone: Visitor) =>
      someone.get("/reports/sales-dashboard", { "If-None-Match": known as string });
    expect([(await asked(one)).status, (await asked(other)).status]).to.deep.equal([304, 200]);
  });
});
