import { Writable } from "node:stream";
import { expect } from "chai";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { startCompany, type TestCompany } from "../support/company.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const NOT_LET_IN = "Your company account works, but it does not open anything here.";
const BEGIN_ANEW = "That took too long, or was begun in another window. Begin anew.";
const NOT_AVAILABLE = "not available just now";
const BUTTON = /<a class="button strong" href="([^"]+)">Sign in with your company account<\/a>/;

describe("signing in with a company account", () => {
  let db: TestDatabase;
  let company: TestCompany;
  let web: WebServer;
  let ann: string;
  let bob: string;
  let time = new Date("2026-11-20T12:00:00Z");

  before(async () => {
    db = await createTestDatabase();
    ann = await addAccount(db.pool, "Ann");
    bob = await addAccount(db.pool, "Bob");
    company = await startCompany();
    web = await startWeb(db.pool, { company: company.settings, now: () => time });
    company.open(web.url);
  });
  after(async () => {
    await web?.close();
    await company?.close();
    await db?.drop();
  });
  beforeEach(async () => {
    company.away = "nothing";
    company.tamper = (idToken) => idToken;
    company.employees = new Map([
      ["a-1", { email: emailOf("Ann"), email_verified: true }],
      ["b-2", { email: emailOf("bob"), email_verified: true }],
    ]);
    await db.pool.query(
      `DELETE FROM ops.attempts;
       DELETE FROM ops.sessions;
       DELETE FROM ops.identities;
       UPDATE crm.users SET is_active = true`,
    );
  });

  const visitor = () => createVisitor(web.url);
  const to = (answer: Response) => [answer.status, answer.headers.get("location")];
  /** Goes to the company and comes back. @returns the path of the answer */
  const goThere = async (someone: Visitor, subject: string | undefined, query = "") => {
    const sent = await someone.get(`/sign-in/company${query}`);
    expect(sent.status).to.equal(303);
    return company.visit(sent.headers.get("location") as string, subject);
  };
  const signIn = async (someone: Visitor, subject: string | undefined, query = "") =>
    someone.get(await goThere(someone, subject, query));
  const sessions = async () => (await db.pool.query("SELECT user_id FROM ops.sessions")).rows;
  const links = async () =>
    (await db.pool.query("SELECT subject, user_id FROM ops.identities ORDER BY subject")).rows;
  const lastEvent = async () =>
    (await db.pool.query("SELECT * FROM ops.audit_events ORDER BY id DESC LIMIT 1")).rows[0];
  /** Nobody is let in, and only the audit trail says why. */
  const expectRefusal = async (
    answer: Response,
    { says, reason, subject = null }: { says: string; reason: string; subject?: string | null },
  ) => {
    const text = await answer.text();
    expect(answer.status, text).to.equal(401);
    expect(answer.headers.get("www-authenticate")).to.equal('Bearer realm="Tidemark"');
    expect(text).to.include(says);
    expect(await sessions()).to.deep.equal([]);
    const { kind, means, actor_user_id, details, ...event } = await lastEvent();
    expect({ kind, means, actor_user_id, details, subject: event.subject }).to.deep.equal({
      kind: "sign_in_failed",
      means: "none",
      actor_user_id: null,
      details: { by: "company", reason },
      subject,
    });
  };

  it("leads to the page that was asked for, and writes down who came how", async () => {
    const someone = visitor();
    const path = "/status?a=b&c=d";
    const page = await someone.get(`/sign-in?next=${encodeURIComponent(path)}`);
    const [, escaped = ""] = BUTTON.exec(await page.text()) ?? [];
    const href = escaped.replaceAll("&#x3D;", "=");
    expect(href).to.equal(`/sign-in/company?next=${encodeURIComponent(path)}`);
    const answer = await signIn(someone, "a-1", href.replace("/sign-in/company", ""));
    expect(to(answer)).to.deep.equal([303, path]);
    expect(await (await someone.get(path)).text()).to.match(
      /<a class="name" href="\/account">Ann<\/a>/,
    );
    expect(await links()).to.deep.equal([{ subject: "a-1", user_id: ann }]);
    const { rows } = await db.pool.query(
      "SELECT kind, actor_user_id, actor_name, means, address, subject, details FROM ops.audit_events WHERE actor_user_id = $1 ORDER BY id",
      [ann],
    );
    const who = { actor_user_id: ann, actor_name: "Ann", means: "session", address: "127.0.0.1" };
    const issuer = company.settings.issuer.origin;
    expect(rows).to.deep.equal([
      {
        kind: "company_account_linked",
        ...who,
        subject: emailOf("Ann"),
        details: { issuer, subject: "a-1" },
      },
      { kind: "sign_in", ...who, subject: null, details: { by: "company" } },
    ]);
    expect(to(await someone.get("/sign-in/company?next=/status"))).to.deep.equal([303, "/status"]);
  });

  it("asks with state, nonce and PKCE, and keeps what belongs to them in a cookie for a while", async () => {
    const someone = visitor();
    const sent = await someone.get("/sign-in/company");
    const asked = new URL(sent.headers.get("location") as string).searchParams;
    expect(Object.fromEntries(asked)).to.include({
      client_id: company.settings.clientId,
      redirect_uri: `${web.url}/sign-in/company/callback`,
      response_type: "code",
      scope: "openid email",
      code_challenge_method: "S256",
    });
    for (const name of ["state", "nonce", "code_challenge"])
      expect(asked.get(name), name).to.match(/^[\w-]{43}$/);
    expect(
      sent.headers.getSetCookie().map((line) => line.replace(/Expires=[^;]+; /, "")),
    ).to.satisfy(
      ([line, ...more]: string[]) =>
        more.length === 0 &&
        /^tidemark_company=[\w.-]+; Max-Age=900; Path=\/; HttpOnly; SameSite=Lax$/.test(line ?? ""),
    );
    expect(sent.headers.get("cache-control")).to.equal("no-store");
    expect(await sessions()).to.deep.equal([]);
  });

  it("leads nowhere else", async () => {
    for (const next of ["https://evil.example/", "//evil.example/", "/\\evil.example/", "x", ""]) {
      const answer = await signIn(visitor(), "a-1", `?next=${encodeURIComponent(next)}`);
      expect(to(answer), next).to.deep.equal([303, "/"]);
    }
    await db.pool.query("DELETE FROM ops.sessions");
    // Nor when somebody has written the cookie anew.
    const someone = visitor();
    const answer = await goThere(someone, "a-1", "?next=/status");
    const evil = Buffer.from("//evil.example/").toString("base64url");
    const cookie = someone.cookies().replace(/\.[\w-]*$/, `.${evil}`);
    expect(cookie).not.to.equal(someone.cookies());
    const there = await createVisitor(web.url).get(answer, { Cookie: cookie });
    await expectRefusal(there, { says: BEGIN_ANEW, reason: "not_begun_here" });
  });

  it("begins a new session, whatever the browser had before", async () => {
    const someone = visitor();
    const answer = await goThere(someone, "b-2");
    await someone.signIn(emailOf("Ann"), PASSWORD);
    const before = someone.cookies();
    expect(to(await someone.get(answer))).to.deep.equal([303, "/"]);
    expect(await sessions()).to.deep.equal([{ user_id: bob }]);
    const old = await createVisitor(web.url).get("/status", { Cookie: before });
    expect(old.status).to.equal(303);
    expect((await someone.get("/status")).status).to.equal(200);
  });

  it("goes by the provider's own key once an account is linked, whatever becomes of addresses", async () => {
    await signIn(visitor(), "a-1");
    company.employees.set("a-1", { email: "married@example.com", email_verified: false });
    const someone = visitor();
    expect(to(await signIn(someone, "a-1"))).to.deep.equal([303, "/"]);
    await db.pool.query("DELETE FROM ops.sessions");
    // Somebody else now has Ann's old address.
    company.employees.set("new-3", { email: emailOf("Ann"), email_verified: true });
    await expectRefusal(await signIn(visitor(), "new-3"), {
      says: NOT_LET_IN,
      reason: "other_account_linked",
      subject: emailOf("Ann"),
    });
    // Not even Bob's address makes Ann's account Bob's.
    company.employees.set("a-1", { email: emailOf("Bob"), email_verified: true });
    await signIn(visitor(), "a-1");
    expect(await sessions()).to.deep.equal([{ user_id: ann }]);
    expect(await links()).to.deep.equal([{ subject: "a-1", user_id: ann }]);
  });

  it("links an account once when two windows come back at the same time", async () => {
    const windows = [visitor(), visitor(), visitor(), visitor()];
    const answers: string[] = [];
    for (const one of windows) answers.push(await goThere(one, "a-1"));
    const all = await Promise.all(windows.map((one, index) => one.get(answers[index]!)));
    for (const answer of all) expect(to(answer)).to.deep.equal([303, "/"]);
    expect(await links()).to.deep.equal([{ subject: "a-1", user_id: ann }]);
  });

  it("tells nobody whether they are unknown, inactive, or have an address that is not verified", async () => {
    const { employees } = company;
    const refused = (subject: string, reason: string, email: string | null) =>
      signIn(visitor(), subject).then((answer) =>
        expectRefusal(answer, { says: NOT_LET_IN, reason, subject: email }),
      );
    employees.set("x-9", { email: "stranger@example.com", email_verified: true });
    await refused("x-9", "unknown_person", "stranger@example.com");
    for (const email_verified of [false, undefined, null, "false", 1]) {
      employees.set("a-1", { email: emailOf("Ann"), email_verified });
      await refused("a-1", "email_not_verified", emailOf("Ann"));
    }
    employees.set("a-1", { email_verified: true } as never);
    await refused("a-1", "no_email", null);
    employees.set("a-1", { email: emailOf("Ann"), email_verified: true });
    await db.pool.query("UPDATE crm.users SET is_active = false WHERE id = $1", [ann]);
    await refused("a-1", "inactive", emailOf("Ann"));
    expect(await links()).to.deep.equal([]);
    await db.pool.query("UPDATE crm.users SET is_active = true WHERE id = $1", [ann]);
    await signIn(visitor(), "a-1");
    expect(await links()).to.have.length(1);
    await db.pool.query("DELETE FROM ops.sessions");
    await db.pool.query("UPDATE crm.users SET is_active = false WHERE id = $1", [ann]);
    await refused("a-1", "inactive", emailOf("Ann"));
  });

  describe("takes no answer", () => {
    it("of another state, of another browser, or without a beginning", async () => {
      const refused = (answer: Response) =>
        expectRefusal(answer, { says: BEGIN_ANEW, reason: "not_begun_here" });
      const someone = visitor();
      const answer = await goThere(someone, "a-1");
      await refused(await visitor().get(answer));
      await refused(await visitor().get("/sign-in/company/callback"));
      await refused(await someone.get(answer.replace("state=", "state=x")));
      // That was their one chance.
      await refused(await someone.get(answer));
    });

    it("twice", async () => {
      const someone = visitor();
      const answer = await goThere(someone, "a-1");
      const cookies = someone.cookies();
      await someone.get(answer);
      expect(to(await someone.get(answer)), "one's own").to.deep.equal([303, "/"]);
      await db.pool.query("DELETE FROM ops.sessions");
      const again = await createVisitor(web.url).get(answer, { Cookie: cookies });
      await expectRefusal(again, { says: BEGIN_ANEW, reason: "answer_not_valid" });
    });

    it("to which the code of another one has been put", async () => {
      const [someone, thief] = [visitor(), visitor()];
      const codeOf = (path: string) => new URL(path, web.url).searchParams.get("code") as string;
      const code = codeOf(await goThere(someone, "a-1"));
      const own = await goThere(thief, "b-2");
      const answer = await thief.get(own.replace(codeOf(own), code));
      await expectRefusal(answer, { says: BEGIN_ANEW, reason: "answer_not_valid" });
    });

    it("with another nonce", async () => {
      const someone = visitor();
      const sent = new URL((await someone.get("/sign-in/company")).headers.get("location") ?? "");
      sent.searchParams.set("nonce", "another");
      const answer = await someone.get(await company.visit(sent.href, "a-1"));
      await expectRefusal(answer, { says: BEGIN_ANEW, reason: "answer_not_valid" });
    });

    it("whose ID token was tampered with", async () => {
      await signIn(visitor(), "b-2");
      await db.pool.query("DELETE FROM ops.sessions");
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const read = (text = "") => JSON.parse(Buffer.from(text, "base64url").toString());
      const changes: Record<string, (head: string, body: string, tail: string) => string[]> = {
        "another subject": (head, body, tail) => [head, part({ ...read(body), sub: "b-2" }), tail],
        "another audience": (head, body, tail) => [head, part({ ...read(body), aud: "x" }), tail],
        "no signature": (head, body) => [part({ ...read(head), alg: "none" }), body, ""],
        "another signature": (head, body, tail) => [head, body, `${tail.slice(0, -8)}AAAAAAAA`],
        "another key": (head, body, tail) => [part({ ...read(head), kid: "x" }), body, tail],
        nothing: () => ["nothing"],
      };
      for (const [what, change] of Object.entries(changes)) {
        company.tamper = (idToken) =>
          change(...(idToken.split(".") as [string, string, string])).join(".");
        const answer = await signIn(visitor(), "a-1");
        expect(answer.status, what).to.equal(401);
        await expectRefusal(answer, { says: BEGIN_ANEW, reason: "answer_not_valid" });
      }
    });

    it("that comes too late", async () => {
      const [late, early] = [visitor(), visitor()];
      const answers = [await goThere(late, "a-1"), await goThere(early, "a-1")] as const;
      const begun = time;
      try {
        time = new Date(begun.getTime() + 15 * 60_000 + 1);
        const answer = await late.get(answers[0]);
        await expectRefusal(answer, { says: BEGIN_ANEW, reason: "took_too_long" });
        time = new Date(begun.getTime() + 15 * 60_000);
        expect((await early.get(answers[1])).status).to.equal(303);
      } finally {
        time = begun;
      }
    });

    it("of somebody whom the provider does not let through", async () => {
      await expectRefusal(await signIn(visitor(), undefined), {
        says: "did not let you through",
        reason: "provider_refused_person",
      });
    });

    it("after a hundred that failed, from the same network", async () => {
      const someone = visitor();
      const callback = () => someone.get("/sign-in/company/callback");
      for (let count = 0; count < 100; count++) expect((await callback()).status).to.equal(401);
      const answer = await callback();
      expect(answer.status).to.equal(429);
      expect(Number(answer.headers.get("retry-after"))).to.be.within(1, 900);
      // Those who get in do not count.
      await db.pool.query("UPDATE ops.attempts SET points = 99");
      for (const one of [visitor(), visitor()])
        expect((await signIn(one, "a-1")).status).to.equal(303);
    });
  });

  it("waits for a provider that is away when the service starts, and says so meanwhile", async () => {
    const gone = await startCompany();
    gone.away = "all";
    const service = await startWeb(db.pool, { company: gone.settings });
    gone.open(service.url);
    try {
      const someone = createVisitor(service.url);
      const page = async () => (await someone.get("/sign-in?next=/status")).text();
      expect(await page())
        .to.include(NOT_AVAILABLE)
        .and.not.match(BUTTON);
      const there = await someone.get("/sign-in/company?next=/status");
      expect(there.status).to.equal(503);
      expect(there.headers.get("retry-after")).to.equal("60");
      expect(await there.text()).to.include(NOT_AVAILABLE);
      // Passwords do not need it.
      const other = createVisitor(service.url);
      expect((await other.signIn(emailOf("Ann"), PASSWORD)).status).to.equal(303);
      gone.away = "nothing";
      expect(await page())
        .to.match(BUTTON)
        .and.not.include(NOT_AVAILABLE);
      gone.employees = company.employees;
      const sent = await someone.get("/sign-in/company?next=/status");
      const back = await gone.visit(sent.headers.get("location") as string, "b-2");
      expect(to(await someone.get(back))).to.deep.equal([303, "/status"]);
    } finally {
      await service.close();
      await gone.close();
    }
  });

  it("says so when the provider goes away in between, and writes it down", async () => {
    for (const away of ["all", "/token"] as const) {
      const someone = visitor();
      const path = await goThere(someone, "a-1");
      company.away = away;
      const answer = await someone.get(path);
      company.away = "nothing";
      expect(answer.status, away).to.equal(503);
      expect(await answer.text()).to.include("cannot be reached just now");
      const { kind, details } = await lastEvent();
      expect([kind, details.reason]).to.deep.equal(["sign_in_failed", "provider_away"]);
      expect(to(await signIn(someone, "a-1"))).to.deep.equal([303, "/"]);
    }
  });

  it("works without a secret, and with the address in the ID token", async () => {
    const other = await startCompany({ isPublic: true, inIdToken: true });
    const service = await startWeb(db.pool, { company: other.settings });
    other.open(service.url);
    other.employees = company.employees;
    try {
      const someone = createVisitor(service.url);
      const sent = await someone.get("/sign-in/company");
      const back = await other.visit(sent.headers.get("location") as string, "a-1");
      expect(to(await someone.get(back))).to.deep.equal([303, "/"]);
    } finally {
      await service.close();
      await other.close();
    }
  });

  it("tells the operator when the provider does not accept the service, without secrets", async () => {
    const settings = { ...company.settings, clientSecret: "another secret" };
    let logged = "";
    const logTo = new Writable({
      write(line, _encoding, done) {
        logged += line;
        done();
      },
    });
    const service = await startWeb(db.pool, { company: settings, publicUrl: web.url, logTo });
    try {
      const someone = createVisitor(service.url);
      const sent = await someone.get("/sign-in/company");
      const back = await company.visit(sent.headers.get("location") as string, "a-1");
      const answer = await someone.get(back);
      expect(answer.status).to.equal(503);
      expect(await answer.text()).to.include("does not accept this service");
      expect((await lastEvent()).details.reason).to.equal("provider_refused_service");
      expect(logged).to.include('"reason":"provider_refused_service"');
      const sensitive = new URL(back, web.url).searchParams.values();
      const cookie = someone.cookies().replace(/^[^=]+=/, "");
      for (const secret of ["another", ...sensitive, cookie].filter((text) => text.length > 5))
        if (secret !== company.settings.issuer.origin) expect(logged).not.to.include(secret);
    } finally {
      await service.close();
    }
  });

  it("is the only way in where the operator says so", async () => {
    const settings = { ...company.settings, isOnlyWay: true };
    await db.pool.query("INSERT INTO ops.settings (key, value) VALUES ('demo_data', 'yes')");
    await db.pool.query(
      "UPDATE crm.users SET source = 'demo', external_id = 'director-0' WHERE id = $1",
      [bob],
    );
    const service = await startWeb(db.pool, { company: settings });
    const usual = visitor();
    try {
      const someone = createVisitor(service.url);
      const page = await (await someone.get("/sign-in")).text();
      expect(page).to.match(BUTTON).and.not.include("<form");
      for (const path of ["/sign-in", "/sign-in/demo"]) {
        const fields = { email: emailOf("Ann"), password: PASSWORD, person: "director" };
        // With a token that is right, from where there are still forms.
        await usual.get("/sign-in");
        const cookies = usual.cookies();
        const token = /name="form_token" value="([^"]+)"/.exec(
          await (await usual.get("/sign-in")).text(),
        )?.[1] as string;
        const form_token = token.replaceAll("&#x3D;", "=");
        const answer = await someone.post(path, { ...fields, form_token }, { Cookie: cookies });
        expect(answer.status, path).to.equal(403);
        expect(await answer.text()).to.include("Passwords are switched off here");
      }
      expect(await sessions()).to.deep.equal([]);
      expect((await someone.get("/set-password")).status).to.equal(403);
      // Nor is there a password to change for somebody who is in.
      await usual.signIn(emailOf("Ann"), PASSWORD);
      const inside = createVisitor(service.url, { Cookie: usual.cookies() });
      const account = await inside.get("/account");
      expect(account.status).to.equal(200);
      expect(await account.text()).not.to.include("assword</h2>");
      const change = { current: PASSWORD, password: "another good password" };
      expect((await inside.post("/account/password", change)).status).to.equal(403);
      await visitor().signIn(emailOf("Ann"), PASSWORD);
      expect(await sessions()).to.have.length(2);
    } finally {
      await service.close();
      await db.pool.query("DELETE FROM ops.settings WHERE key = 'demo_data'");
    }
  });

  it("does not exist where there is no company", async () => {
    const service = await startWeb(db.pool);
    try {
      const someone = createVisitor(service.url);
      for (const path of ["/sign-in/company", "/sign-in/company/callback"])
        expect((await someone.get(path)).status, path).to.equal(404);
      expect(await (await someone.get("/sign-in")).text()).not.to.include("company");
    } finally {
      await service.close();
    }
  });

  it("is only read", async () => {
    const someone = visitor();
    await someone.get("/sign-in");
    for (const path of ["/sign-in/company", "/sign-in/company/callback"])
      expect((await someone.post(path)).status, path).to.equal(405);
  });
});
