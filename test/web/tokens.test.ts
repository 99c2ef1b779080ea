import { expect } from "chai";
import { createToken } from "../../src/access/token.ts";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { events } from "../support/audit-trail.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { changed, fillIn, formOf } from "../support/forms.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const OWN = "/account/tokens";
const ALL = "/admin/tokens";

describe("tokens in the browser", () => {
  let db: TestDatabase;
  let web: WebServer;
  let ann: Visitor;
  let ada: Visitor;
  let annId: string;

  before(async () => {
    db = await createTestDatabase();
    web = await startWeb(db.pool);
    annId = await addAccount(db.pool, "Ann", "Sales Representative");
    await addAccount(db.pool, "Ada", "Administrator");
    ann = createVisitor(web.url);
    await ann.signIn(emailOf("Ann"), PASSWORD);
    ada = createVisitor(web.url);
    await ada.signIn(emailOf("Ada"), PASSWORD);
  });
  beforeEach(() => db.pool.query("DELETE FROM ops.api_tokens"));
  after(async () => {
    await web.close();
    await db.drop();
  });

  const page = async (visitor: Visitor, path: string) => (await visitor.get(path)).text();
  const tokenIn = (html: string) => /<code class="secret">([^<]*)<\/code>/.exec(html)?.[1] ?? "";
  const make = async (visitor: Visitor, path: string, changes: Parameters<typeof fillIn>[2]) => {
    const answer = await fillIn(visitor, path, changes);
    return { answer, html: await answer.text() };
  };
  const as = async (token: string, path: string) =>
    (await web.get(path, { headers: { Authorization: `Bearer ${token}`, Accept: "*/*" } })).status;
  const idOf = async (name: string) =>
    (await db.pool.query("SELECT id FROM ops.api_tokens WHERE name = $1", [name])).rows[0]
      .id as string;
  const revoke = (visitor: Visitor, path: string, id: string) =>
    visitor.post(`${path}/${id}/revoke`);

  it("are made for oneself, shown once and kept by nobody, expiring in 90 days", async () => {
    expect(await page(ann, "/account")).to.include(`href="${OWN}"`);
    const { answer, html } = await make(ann, OWN, { name: " month end <b> " });
    expect(answer.status).to.equal(200);
    expect(answer.headers.get("cache-control")).to.equal("no-store");
    const token = tokenIn(html);
    expect(token).to.match(/^tidemark_[\w-]{43}$/);
    expect(html).to.include("month end &lt;b&gt;").and.not.include("<b>");
    expect(await as(token, "/reports")).to.equal(200);
    expect(await as(token, "/status.json")).to.equal(403);

    const later = await page(ann, OWN);
    expect(later).to.include("month end").and.not.include("tidemark_");
    const { rows } = await db.pool.query(
      `SELECT user_id, created_by_user_id, scopes, round(extract(epoch FROM expires_at - created_at) / 86400)::integer AS days
       FROM ops.api_tokens`,
    );
    expect(rows).to.deep.equal([
      { user_id: annId, created_by_user_id: annId, scopes: ["reports"], days: 90 },
    ]);
    const [event] = await events(db.pool, "token_created");
    expect(event).to.deep.include({
      actor_user_id: annId,
      means: "session",
      address: "127.0.0.1",
      subject: "month end <b>",
    });
    expect(JSON.stringify(event)).not.to.include(token);
  });

  it("can be for what one may, and nothing else", async () => {
    const html = await page(ann, OWN);
    expect(html).to.include('value="reports" checked').and.not.include('value="status"');
    const form = changed(formOf(html, OWN), { name: "x", scope: ["reports", "status"] });
    const refused = await ann.post(OWN, form);
    expect(refused.status).to.equal(400);
    const again = await refused.text();
    expect(again).to.include("None of the roles of Ann permits anything of the scope status");
    // What was sent stands there still.
    expect(formOf(again, OWN).get("name")).to.equal("x");
    expect(again).to.match(/<fieldset aria-invalid="true" aria-describedby="p-scope"/);
  });

  for (const [what, change, reason] of [
    ["a name", { name: " " }, "A token needs a name"],
    ["a scope", { name: "x", scope: [] }, "Say what the token is for"],
    ["a known expiry", { name: "x", expires: "10000d" }, "is not when a token may expire"],
  ] as const)
    it(`need ${what}`, async () => {
      const { answer, html } = await make(ann, OWN, change);
      expect(answer.status).to.equal(400);
      expect(html).to.include(reason).and.include("No token was made");
      expect((await db.pool.query("SELECT FROM ops.api_tokens")).rowCount).to.equal(0);
    });

  it("are revoked by their owner, from the next request on", async () => {
    const { html } = await make(ann, OWN, { name: "mine" });
    const token = tokenIn(html);
    expect(await as(token, "/reports")).to.equal(200);
    await ann.get(OWN);
    const answer = await revoke(ann, OWN, await idOf("mine"));
    expect([answer.status, answer.headers.get("location")]).to.deep.equal([
      303,
      `${OWN}?done=revoked`,
    ]);
    expect(await as(token, "/reports")).to.equal(401);
    const after = await page(ann, `${OWN}?done=revoked`);
    expect(after)
      .to.include("refused from now on")
      .and.include('<span class="flag">revoked</span>');
    expect(after).not.to.include("/revoke");
    expect((await events(db.pool, "token_revoked")).at(-1)).to.deep.include({
      actor_user_id: annId,
      subject: "mine",
    });
  });

  it("of others are neither shown to anybody nor revoked, except by who manages them", async () => {
    await make(ada, OWN, { name: "of Ada" });
    const id = await idOf("of Ada");
    expect(await page(ann, OWN)).not.to.include("of Ada");
    expect((await revoke(ann, OWN, id)).status).to.equal(404);
    expect((await revoke(ann, ALL, id)).status).to.equal(403);
    expect((await ann.get(ALL)).status).to.equal(403);

    await make(ann, OWN, { name: "of Ann" });
    const all = await page(ada, ALL);
    expect(all).to.include("of Ada").and.include("of Ann").and.include(emailOf("Ann"));
    expect((await revoke(ada, ALL, await idOf("of Ann"))).status).to.equal(303);
    expect(await page(ann, OWN)).to.include('<span class="flag">revoked</span>');
  });

  it("of services are made by who manages them, for all rows", async () => {
    expect(await page(ada, ALL)).not.to.include("checked");
    const { answer, html } = await make(ada, ALL, {
      name: "dialler",
      scope: ["ingest", "status"],
      expires: "never",
    });
    expect(answer.headers.get("cache-control")).to.equal("no-store");
    const token = tokenIn(html);
    expect([await as(token, "/status.json"), await as(token, "/reports")]).to.deep.equal([
      200, 403,
    ]);
    const all = await page(ada, ALL);
    expect(all).to.include("dialler").and.include("A service").and.include("by Ada");
    expect(all).not.to.include("tidemark_");
    expect(await page(ada, OWN)).not.to.include("dialler");
  });

  it("make no tokens, whatever they are for", async () => {
    const everything = await createToken(db.pool, {
      name: "everything",
      userId: null,
      scopes: ["reports", "ingest", "status"],
      expiresAt: null,
      createdBy: null,
    });
    const headers = { Authorization: `Bearer ${everything.token}`, Accept: "*/*" };
    const body = new URLSearchParams({ name: "more", scope: "reports", expires: "never" });
    for (const path of [
      OWN,
      ALL,
      `${OWN}/${everything.id}/revoke`,
      `${ALL}/${everything.id}/revoke`,
    ])
      for (const method of ["GET", "POST"])
        expect(
          (await web.get(path, { method, headers, ...(method === "POST" && { body }) })).status,
          `${method} ${path}`,
        ).to.equal(403);
    expect((await db.pool.query("SELECT FROM ops.api_tokens")).rowCount).to.equal(1);
  });

  it("are made by no form of another site", async () => {
    await ann.get(OWN);
    const fields = { name: "theirs", scope: "reports", expires: "never" };
    expect((await ann.post(OWN, { ...fields, form_token: "guess" })).status).to.equal(403);
    const elsewhere = { Origin: "https://evil.example" };
    expect((await ann.post(OWN, fields, elsewhere)).status).to.equal(403);
    expect((await db.pool.query("SELECT FROM ops.api_tokens")).rowCount).to.equal(0);
  });

  it("that ended stay in the list for a month", async () => {
    for (const [name, end] of [
      ["lately", "29 days"],
      ["long ago", "31 days"],
    ] as const) {
      await make(ann, OWN, { name });
      await db.pool.query(
        "UPDATE ops.api_tokens SET revoked_at = $2::timestamptz - $1::interval WHERE name = $3",
        [end, "2026-11-21T12:00:00Z", name],
      );
    }
    const html = await page(ann, OWN);
    expect(html).to.include("lately").and.not.include("long ago");
  });

  it("are not offered to who may not make any", async () => {
    const bob = await addAccount(db.pool, "Bob", null);
    const visitor = createVisitor(web.url);
    await visitor.signIn(emailOf("Bob"), PASSWORD);
    expect(await page(visitor, "/account")).not.to.include(OWN);
    expect((await visitor.get(OWN)).status).to.equal(403);
    expect(bob).to.be.a("string");
  });
});
