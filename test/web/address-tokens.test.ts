import { Writable } from "node:stream";
import { expect } from "chai";
import { createToken, type NewToken } from "../../src/access/token.ts";
import { addAccount } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addSales } from "../support/sales.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const CSV = "/reports/sales-dashboard.csv";

describe("tokens in addresses", () => {
  let db: TestDatabase;
  let on: WebServer;
  let off: WebServer;
  let finance: string;

  before(async () => {
    db = await createTestDatabase();
    await addSales(db.pool);
    await refreshMarts(db.pool);
    finance = await addAccount(db.pool, "Finance", "Finance");
    on = await startWeb(db.pool, { addressTokens: true });
    off = await startWeb(db.pool);
  });
  after(async () => {
    await on.close();
    await off.close();
    await db.drop();
  });

  const make = async (more: Partial<NewToken> = {}) =>
    (
      await createToken(db.pool, {
        name: "sheet",
        userId: finance,
        scopes: ["reports"],
        expiresAt: new Date(Date.now() + 86_400_000),
        createdBy: null,
        addressReport: "sales-dashboard",
        ...more,
      })
    ).token;
  const ask = (web: WebServer, path: string) => fetch(web.url + path, { redirect: "manual" });

  it("open the downloads of their one report, with its parameters, and nothing else", async () => {
    const token = await make();
    const answer = await ask(on, `${CSV}?token=${token}&period=all`);
    expect(answer.status).to.equal(200);
    const whole = await on.get(`${CSV}?period=all`);
    expect(await answer.text()).to.equal(await whole.text());
    for (const path of [
      "/reports/sales-dashboard",
      "/reports",
      "/reports/signal-outcomes.csv",
      "/status.json",
      "/metrics",
    ])
      expect((await ask(on, `${path}?token=${token}`)).status, path).to.be.oneOf([303, 401]);
    const header = await on.get(CSV, { headers: { Authorization: `Bearer ${token}` } });
    expect(header.status).to.equal(401);
  });

  it("are refused where they are switched off, which says so, and when they have ended", async () => {
    const token = await make();
    const refused = await ask(off, `${CSV}?token=${token}`);
    expect(refused.status).to.equal(401);
    expect(await refused.text()).to.include("TIDEMARK_ADDRESS_TOKENS");
    const expired = await make({ expiresAt: new Date(Date.now() - 1000) });
    expect((await ask(on, `${CSV}?token=${expired}`)).status).to.equal(401);
    await db.pool.query("UPDATE ops.api_tokens SET revoked_at = now() WHERE name = 'sheet'");
    expect((await ask(on, `${CSV}?token=${token}`)).status).to.equal(401);
  });

  it("are no way in for other tokens", async () => {
    const token = await make({ addressReport: undefined });
    expect((await ask(on, `${CSV}?token=${token}`)).status).to.equal(401);
    const { rows } = await db.pool.query(
      "SELECT details FROM ops.audit_events WHERE kind = 'token_refused' ORDER BY id DESC LIMIT 1",
    );
    expect(rows).to.have.length(1);
  });

  it("are in no log and no audit event", async () => {
    let log = "";
    const stream = new Writable({
      write(chunk, _encoding, done) {
        log += chunk;
        done();
      },
    });
    const web = await startWeb(db.pool, { addressTokens: true, logTo: stream });
    const token = await make();
    expect((await ask(web, `${CSV}?period=all&token=${token}`)).status).to.equal(200);
    expect((await ask(web, `${CSV}?token=${token}x`)).status).to.equal(401);
    expect((await ask(web, `${CSV}?token=${token}&period=never`)).status).to.equal(400);
    await web.close();
    expect(log).to.include(CSV).and.not.include("tidemark_");
    const { rows } = await db.pool.query("SELECT audit_events::text AS line FROM ops.audit_events");
    const lines = rows.map(({ line }) => line).join("\n");
    expect(lines).to.include("period=all").and.not.include(token.slice(0, 30));
  });

  it("are never a service's, and always expire", async () => {
    for (const more of [{ userId: null }, { expiresAt: null }, { scopes: ["status"] as const }])
      await make(more).then(
        () => expect.fail("was made"),
        (error) => expect(error.code).to.equal("23514"),
      );
  });
});
