import { expect } from "chai";
import { createToken, useToken } from "../../src/access/token.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addPerson } from "../support/people.ts";
import { createVisitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

describe("the demo's entrance", () => {
  let db: TestDatabase;
  let web: WebServer;

  before(async () => {
    db = await createTestDatabase();
    for (const external_id of ["director-0", "manager-1", "rep-1", "finance-1", "support-0"])
      await addPerson(db.pool, external_id, { source: "demo", external_id });
    web = await startWeb(db.pool);
  });
  after(async () => {
    await web.close();
    await db.drop();
  });

  const isDemo = (on: boolean) =>
    db.pool.query(
      on
        ? "INSERT INTO ops.settings (key, value) VALUES ('demo_data', 'true')"
        : "DELETE FROM ops.settings WHERE key = 'demo_data'",
    );
  const offered = async () => {
    const page = await (await createVisitor(web.url).get("/sign-in")).text();
    return [...page.matchAll(/name="person" value="(\w+)"/g)].map(([, key]) => key);
  };

  it("is not there without the demo, with a token or without", async () => {
    expect(await offered()).to.deep.equal([]);
    const someone = createVisitor(web.url);
    expect((await someone.signInAsDemo("director")).status).to.equal(404);
    expect((await someone.post("/sign-in/demo", { form_token: "" })).status).to.equal(404);
    expect((await someone.get("/sign-in/demo")).status).to.equal(404);
  });

  it("offers one of each, and lets them in with a click", async () => {
    await isDemo(true);
    expect(await offered()).to.deep.equal(["director", "manager", "rep", "finance", "support"]);
    for (const key of await offered()) {
      const someone = createVisitor(web.url);
      expect((await someone.signInAsDemo(key as string)).status, key).to.equal(303);
      expect((await someone.get("/account")).status, key).to.equal(200);
    }
    const { rows } = await db.pool.query(
      "SELECT details FROM ops.audit_events WHERE kind = 'sign_in' ORDER BY id LIMIT 1",
    );
    expect(rows).to.deep.equal([{ details: { demo: true } }]);
    await isDemo(false);
  });

  it("takes a form of its own page only, and nobody else than those it offers", async () => {
    await isDemo(true);
    const someone = createVisitor(web.url);
    expect((await someone.post("/sign-in/demo", { person: "director" })).status).to.equal(403);
    for (const person of ["", "admin", "director-0", "toString"])
      expect((await someone.signInAsDemo(person)).status, person).to.equal(404);
    await db.pool.query("UPDATE crm.users SET is_active = false WHERE external_id = 'rep-1'");
    expect(await offered()).not.to.include("rep");
    expect((await someone.signInAsDemo("rep")).status).to.equal(404);
    await isDemo(false);
  });

  it("shows nobody where others came in", async () => {
    await isDemo(true);
    const [one, other] = ["Firefox/1", "Edg/1"].map((agent) =>
      createVisitor(web.url, { "User-Agent": agent }),
    );
    await one?.signInAsDemo("director");
    await other?.signInAsDemo("director");
    expect(await (await other?.get("/account"))?.text())
      .to.include("Edge")
      .and.not.include("Firefox");
    await isDemo(false);
  });

  it("closes with the demo, for those who are inside and for the tokens that they made, too", async () => {
    await isDemo(true);
    const someone = createVisitor(web.url);
    await someone.signInAsDemo("finance");
    const { rows } = await db.pool.query(
      "SELECT id FROM crm.users WHERE external_id = 'finance-1'",
    );
    const { token } = await createToken(db.pool, {
      name: "kept",
      userId: rows[0].id,
      scopes: ["reports"],
      expiresAt: null,
      createdBy: rows[0].id,
    });
    expect(await useToken(db.pool, token)).to.be.an("object");
    await isDemo(false);
    expect((await someone.get("/account")).status).to.equal(303);
    expect(await useToken(db.pool, token)).to.equal(undefined);
  });
});
