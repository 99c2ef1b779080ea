import { expect } from "chai";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { changed, fillIn, formOf } from "../support/forms.ts";
import { addPerson } from "../support/people.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const PATH = "/admin/teams";

describe("teams in the administration", () => {
  let db: TestDatabase;
  let web: WebServer;
  let ada: Visitor;

  before(async () => {
    db = await createTestDatabase();
    await addAccount(db.pool, "Ada", "Administrator");
    web = await startWeb(db.pool);
    ada = createVisitor(web.url);
    await ada.signIn(emailOf("Ada"), PASSWORD);
  });
  after(async () => {
    await web.close();
    await db.drop();
  });

  const page = async () => (await ada.get(PATH)).text();
  const add = async (name: string) => (await addRow(db.pool, "teams", { name })).id as string;
  const names = async () =>
    (await db.pool.query("SELECT name FROM crm.teams ORDER BY name")).rows.map(({ name }) => name);
  const lastEvent = async () =>
    (
      await db.pool.query(
        "SELECT kind, actor_name, subject, details FROM ops.audit_events ORDER BY id DESC LIMIT 1",
      )
    ).rows[0];
  const to = (answer: Response) => [answer.status, answer.headers.get("location")];
  const alert = (html: string) => /role="alert">([^<]*)</.exec(html)?.[1];

  it("are none at first, in words, and added", async () => {
    expect(await page()).to.include("There is no team yet.");
    const answer = await fillIn(ada, PATH, { name: ' <b>"North"</b> ' });
    expect(to(answer)).to.deep.equal([303, `${PATH}?done=added`]);
    expect(await names()).to.deep.equal(['<b>"North"</b>']);
    expect(await lastEvent()).to.deep.equal({
      kind: "team_changed",
      actor_name: "Ada",
      subject: '<b>"North"</b>',
      details: { after: { name: '<b>"North"</b>' } },
    });
    const html = await (await ada.get(`${PATH}?done=added`)).text();
    expect(html).to.include('role="status">Added.');
    expect(html).to.include("&lt;b&gt;").and.not.include("<b>");
    await db.pool.query("DELETE FROM crm.teams");
  });

  it("are renamed, and the trail has what from and to", async () => {
    const id = await add("East");
    const action = `${PATH}/${id}`;
    const answer = await fillIn(ada, PATH, { name: "Far East" }, action);
    expect(to(answer)).to.deep.equal([303, `${PATH}?done=saved`]);
    expect(await names()).to.deep.equal(["Far East"]);
    expect(await lastEvent()).to.deep.include({
      subject: "East",
      details: { before: { name: "East" }, after: { name: "Far East" } },
    });
  });

  it("are refused beside the name that is wrong, with what was typed", async () => {
    const id = await add("West");
    for (const action of [PATH, `${PATH}/${id}`])
      for (const [name, words] of [
        ["", "A team has a name."],
        ["x".repeat(101), "At most 100 characters."],
        ["Far East", "There is a team of this name."],
      ] as const) {
        const answer = await fillIn(ada, PATH, { name }, action);
        expect(answer.status, name).to.equal(400);
        const html = await answer.text();
        const field = action === PATH ? "name" : id;
        expect(html).to.include(`<p class="problem" id="p-${field}">${words}<`);
        expect(html.match(/class="problem"/g)).to.have.length(1);
        expect(formOf(html, action).get("name")).to.equal(name);
      }
    expect(await names()).to.deep.equal(["Far East", "West"]);
  });

  it("are deleted when nobody is in them, active or not", async () => {
    const id = await add("South");
    const action = `${PATH}/${id}/delete`;
    const form = formOf(await page(), action);
    const person = await addPerson(db.pool, "Sue", { team_id: id, is_active: false });
    expect(() => formOf("", action)).to.throw();
    expect(await page()).not.to.include(action);
    expect((await page()).replace(/<[^>]*>/g, " ")).to.include("0 active, 1 not");
    const refused = await ada.post(action, form);
    expect(refused.status).to.equal(409);
    expect(alert(await refused.text())).to.include("Somebody is in South");
    await db.pool.query("UPDATE crm.users SET team_id = NULL WHERE id = $1", [person]);
    expect(to(await fillIn(ada, PATH, {}, action))).to.deep.equal([303, `${PATH}?done=deleted`]);
    expect(await names()).to.deep.equal(["Far East", "West"]);
    expect(await lastEvent()).to.deep.include({
      subject: "South",
      details: { before: { name: "South" } },
    });
  });

  it("that changed meanwhile are neither renamed nor deleted", async () => {
    const id = await add("Centre");
    const html = await page();
    await db.pool.query("UPDATE crm.teams SET name = 'Middle' WHERE id = $1", [id]);
    for (const action of [`${PATH}/${id}`, `${PATH}/${id}/delete`]) {
      const answer = await ada.post(action, changed(formOf(html, action), { name: "Mine" }));
      expect(answer.status, action).to.equal(409);
      const shown = await answer.text();
      expect(alert(shown)).to.include("Middle changed since this page was opened");
      expect(formOf(shown, `${PATH}/${id}`).get("name")).to.equal("Middle");
    }
    expect(await names()).to.include("Middle");
  });

  it("that are gone are not found, and are not changed by other sites", async () => {
    const unknown = "00000000-0000-0000-0000-000000000001";
    await page();
    for (const action of [`${PATH}/${unknown}`, `${PATH}/x`, `${PATH}/${unknown}/delete`])
      expect((await ada.post(action, { name: "a" })).status, action).to.equal(404);
    const forged = { form_token: "guessed", name: "Forged" };
    expect((await ada.post(PATH, forged)).status).to.equal(403);
    expect((await ada.get(`${PATH}/${unknown}`)).status).to.equal(405);
    expect(await names()).not.to.include("Forged");
  });

  it("are not changed when the trail cannot be written", async () => {
    const before = await names();
    await page();
    await db.pool.query("ALTER TABLE ops.audit_events ADD CHECK (false) NOT VALID");
    try {
      expect((await ada.post(PATH, { name: "Unseen" })).status).to.equal(500);
    } finally {
      await db.pool.query("ALTER TABLE ops.audit_events DROP CONSTRAINT audit_events_check");
    }
    expect(await names()).to.deep.equal(before);
  });
});
