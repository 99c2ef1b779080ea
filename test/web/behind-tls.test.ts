import { expect } from "chai";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type ReverseProxy, startProxy } from "../support/proxy.ts";
import { createVisitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const PUBLIC = "https://reports.example.com";
const CLIENT = "198.51.100.7";

describe("the service behind a proxy", () => {
  let db: TestDatabase;
  const open: { close(): Promise<void> }[] = [];

  before(async () => {
    db = await createTestDatabase();
    await addAccount(db.pool, "Ann");
  });
  after(() => db.drop());
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
    await db.pool.query("DELETE FROM ops.attempts");
  });

  async function start(
    options: { publicUrl?: string; trustProxy?: string[] },
    proto?: string,
  ): Promise<{ web: WebServer; proxy: ReverseProxy }> {
    const web = await startWeb(db.pool, options);
    open.push(web);
    const proxy = await startProxy(web.url, { client: CLIENT, proto });
    open.push(proxy);
    return { web, proxy };
  }
  const signIn = async (url: string, headers: Record<string, string> = {}) => {
    const ann = createVisitor(url, headers);
    const page = await ann.get("/sign-in");
    const answer = await ann.post("/sign-in", { email: emailOf("Ann"), password: PASSWORD });
    const cookies = [page, answer].flatMap((one) => one.headers.getSetCookie());
    return { ann, answer, cookies };
  };
  const lastAddress = async () =>
    (await db.pool.query("SELECT address FROM ops.audit_events ORDER BY id DESC LIMIT 1")).rows[0]
      .address;

  it("that ends TLS sets cookies that never travel without it, and tells browsers to stay", async () => {
    // Also where nobody named the proxy as one whose word counts.
    for (const trustProxy of [[], ["127.0.0.1"]]) {
      const { proxy } = await start({ publicUrl: PUBLIC, trustProxy });
      const { ann, answer, cookies } = await signIn(proxy.url, { Origin: PUBLIC });
      expect(answer.status).to.equal(303);
      expect(cookies).to.have.length(2);
      for (const cookie of cookies)
        expect(cookie).to.match(
          /^__Host-tidemark_(visitor|session)=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
        );
      expect(answer.headers.get("strict-transport-security")).to.equal("max-age=31536000");
      expect((await ann.get("/status")).status).to.equal(200);
    }
  });

  it("redirects to paths, which are right whatever the proxy is called", async () => {
    const { proxy } = await start({ publicUrl: PUBLIC });
    for (const path of ["/", "/reports", "/status?a=b"])
      expect((await createVisitor(proxy.url).get(path)).headers.get("location")).to.match(
        /^\/sign-in/,
      );
    const { answer, ann } = await signIn(proxy.url);
    expect(answer.headers.get("location")).to.equal("/");
    expect((await ann.get("/")).headers.get("location")).to.equal("/reports");
  });

  it("takes forms from its public address only", async () => {
    const { proxy } = await start({ publicUrl: PUBLIC });
    expect((await signIn(proxy.url, { Origin: proxy.url })).answer.status).to.equal(403);
    expect((await signIn(proxy.url, { Origin: PUBLIC })).answer.status).to.equal(303);
  });

  it("says nothing of TLS where there is none, and its cookies work", async () => {
    const { web } = await start({});
    const { answer, cookies } = await signIn(web.url);
    expect(answer.headers.get("strict-transport-security")).to.equal(null);
    expect(cookies.join()).not.to.include("Secure").and.not.to.include("__Host");
  });

  it("believes proxies that are named: the address, the scheme and the host", async () => {
    const { proxy } = await start({ trustProxy: ["127.0.0.0/8"] });
    const { answer, cookies } = await signIn(proxy.url, { Origin: proxy.url });
    expect(answer.status).to.equal(303);
    for (const cookie of cookies) expect(cookie).to.include("; Secure;");
    expect(await lastAddress()).to.equal(CLIENT);
    // What the client itself put in front counts for nothing.
    await signIn(proxy.url, { "X-Forwarded-For": "203.0.113.9" });
    expect(await lastAddress()).to.equal(CLIENT);
  });

  it("believes nobody else", async () => {
    for (const trustProxy of [[], ["192.0.2.1"]]) {
      const { proxy, web } = await start({ trustProxy });
      const { cookies } = await signIn(proxy.url);
      expect(cookies.join()).not.to.include("Secure");
      expect(await lastAddress()).to.equal("127.0.0.1");
      await signIn(web.url, { "X-Forwarded-For": "203.0.113.9" });
      expect(await lastAddress()).to.equal("127.0.0.1");
      const forged = { Origin: "https://evil.example", "X-Forwarded-Host": "evil.example" };
      expect((await signIn(web.url, forged)).answer.status).to.equal(403);
    }
  });

  it("cannot be made to forget who guesses by headers", async () => {
    const { web } = await start({});
    for (const n of [1, 2, 3]) {
      const someone = createVisitor(web.url, { "X-Forwarded-For": `203.0.113.${n}` });
      await someone.signIn("nobody@example.com", "x");
    }
    const { rows } = await db.pool.query(
      "SELECT key, points FROM ops.attempts WHERE key LIKE 'sign-in address:%'",
    );
    expect(rows).to.deep.equal([{ key: "sign-in address:127.0.0.1", points: 3 }]);
  });
});
