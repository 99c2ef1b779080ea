import { expect } from "chai";
import { createToken } from "../../src/access/token.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addSales } from "../support/sales.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const PAGE = "/reports/sales-dashboard";
const EXPORT = `${PAGE}.json`;

describe("routes", () => {
  let db: TestDatabase;
  let web: WebServer;

  before(async () => {
    db = await createTestDatabase();
    await addSales(db.pool);
    await refreshMarts(db.pool);
    web = await startWeb(db.pool);
  });
  after(async () => {
    await web.close();
    await db.drop();
  });

  const ask = (path: string, authorization: string, headers = {}) =>
    web.get(path, { headers: { Authorization: authorization, Accept: "*/*", ...headers } });
  const codeOf = async (response: Response) =>
    ((await response.json()) as { error: { code: string } }).error.code;

  it("are refused without signing in, with a challenge and never a redirect for programs", async () => {
    for (const path of [EXPORT, `${PAGE}.csv`, "/status.json", "/metrics"]) {
      const response = await fetch(web.url + path, { redirect: "manual" });
      expect(response.status, path).to.equal(401);
      expect(response.headers.get("www-authenticate")).to.equal('Bearer realm="Tidemark"');
      expect(await codeOf(response)).to.equal("not_signed_in");
    }
  });

  it("are open to probes", async () => {
    for (const path of ["/healthz", "/readyz"])
      expect((await fetch(web.url + path)).status, path).to.equal(200);
  });

  it("take a token as Bearer, or as the password of Basic", async () => {
    const token = web.authorization.replace("Bearer ", "");
    for (const header of [
      `bearer ${token}`,
      `Basic ${Buffer.from(`anybody:${token}`).toString("base64")}`,
      `Basic ${Buffer.from(`:${token}`).toString("base64")}`,
    ])
      expect((await ask(EXPORT, header)).status, header).to.equal(200);
    for (const header of ["Bearer", "Bearer x y", "Basic ???", "Digest x", `Bearer ${token}x`])
      expect((await ask(EXPORT, header)).status, header).to.equal(401);
  });

  it("refuse a revoked or expired token at once, also for what the client has already", async () => {
    for (const end of ["revoked_at = now()", "expires_at = now()"]) {
      const { id, token } = await createToken(db.pool, {
        name: "short",
        userId: null,
        scopes: ["reports"],
        expiresAt: null,
        createdBy: null,
      });
      const first = await ask(EXPORT, `Bearer ${token}`);
      const known = { "If-None-Match": first.headers.get("etag") ?? "" };
      expect((await ask(EXPORT, `Bearer ${token}`, known)).status).to.equal(304);
      await db.pool.query(`UPDATE ops.api_tokens SET ${end} WHERE id = $1`, [id]);
      expect((await ask(EXPORT, `Bearer ${token}`, known)).status, end).to.equal(401);
    }
  });

  it("refuse a token from the instant at which it expires, while nothing else happens", async () => {
    const expiresAt = new Date(Date.now() + 1_500);
    const { token } = await createToken(db.pool, {
      name: "shorter",
      userId: null,
      scopes: ["reports"],
      expiresAt,
      createdBy: null,
    });
    let status = 200;
    for (let count = 0; status === 200; count += 1) {
      const asked = Date.now();
      ({ status } = await ask("/reports", `Bearer ${token}`));
      if (count === 0) expect(status).to.equal(200);
      if (asked > expiresAt.getTime()) expect(status).to.equal(401);
    }
    expect(status).to.equal(401);
  });

  it("name the permission that is missing", async () => {
    const { token } = await createToken(db.pool, {
      name: "scraper",
      userId: null,
      scopes: ["status"],
      expiresAt: null,
      createdBy: null,
    });
    expect((await ask("/status.json", `Bearer ${token}`)).status).to.equal(200);
    const refused = await ask(EXPORT, `Bearer ${token}`);
    expect(refused.status).to.equal(403);
    expect(await refused.json()).to.deep.equal({
      error: {
        code: "not_permitted",
        message: "This needs the permission export:download, which none of your roles has.",
        allowed: ["export:download"],
      },
    });
  });

  it("that are not in the table do not exist", async () => {
    for (const path of ["/nothing", "/reports/", "/Reports", "/reports/a/b"])
      expect((await web.get(path)).status, path).to.equal(404);
  });
});
