import { expect } from "chai";
import { permissions } from "../../src/access/permission.ts";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { changed, formOf } from "../support/forms.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const PATH = "/admin/roles";

describe("roles in the administration", () => {
  let db: TestDatabase;
  let web: WebServer;
  let ada: Visitor;
  let roles: Record<string, string>;

  before(async () => {
    db = await createTestDatabase();
    await addAccount(db.pool, "Ada", "Administrator");
    await addRow(db.pool, "roles", { role_name: "<i>Odd</i>" });
    const { rows } = await db.pool.query("SELECT role_name, id FROM crm.roles");
    roles = Object.fromEntries(rows.map(({ role_name, id }) => [role_name, id]));
    web = await startWeb(db.pool);
    ada = createVisitor(web.url);
    await ada.signIn(emailOf("Ada"), PASSWORD);
  });
  after(async () => {
    await web.close();
    await db.drop();
  });

  let seen = 0;
  beforeEach(async () => {
    seen = Number((await db.pool.query("SELECT max(id) AS id FROM ops.audit_events")).rows[0].id);
  });
  const events = async () =>
    (
      await db.pool.query(
        "SELECT kind, actor_name, subject, details FROM ops.audit_events WHERE id > $1 ORDER BY id",
        [seen],
      )
    ).rows;
  const page = async () => (await ada.get(PATH)).text();
  const permitted = async (role: string) =>
    (
      await db.pool.query(
        "SELECT permission_name FROM crm.role_permissions JOIN crm.permissions ON permissions.id = permission_id WHERE role_id = $1 ORDER BY 1",
        [roles[role]],
      )
    ).rows.map(({ permission_name }) => permission_name);
  const alert = (html: string) => /role="alert">([^<]*)</.exec(html)?.[1];
  const grant = (role: string, permission: string) => `${roles[role]}:${permission}`;
  /** The form with some boxes ticked or not. */
  const tick = (form: URLSearchParams, ticks: Record<string, boolean>) => {
    const grants = new Set(form.getAll("grants"));
    for (const [one, isTicked] of Object.entries(ticks))
      if (isTicked) grants.add(one);
      else grants.delete(one);
    return changed(new URLSearchParams(form), { grants: [...grants] });
  };

  it("are shown with every permission there is, and what it means", async () => {
    const html = await page();
    for (const permission of permissions) expect(html).to.include(`<code>${permission}</code>`);
    expect(html).to.include("Say what a role permits.");
    expect(html).to.include("Finance: report:view_all");
    expect(html).to.include("&lt;i&gt;Odd").and.not.include("<i>Odd");
    const boxes = html.match(/name="grants"/g) ?? [];
    expect(boxes).to.have.length(permissions.length * Object.keys(roles).length);
    const ticked = formOf(html, PATH)
      .getAll("grants")
      .filter((one) => one.startsWith(roles.Finance as string));
    expect(ticked.map((one) => one.slice(37)).sort()).to.deep.equal(await permitted("Finance"));
  });

  it("permit what is ticked from now on, and the trail has what from and to", async () => {
    const form = tick(formOf(await page(), PATH), {
      [grant("<i>Odd</i>", "audit:view")]: true,
      [grant("Finance", "status:view")]: false,
    });
    const answer = await ada.post(PATH, form);
    expect([answer.status, answer.headers.get("location")]).to.deep.equal([
      303,
      `${PATH}?done=saved`,
    ]);
    expect(await permitted("<i>Odd</i>")).to.deep.equal(["audit:view"]);
    expect(await permitted("Finance")).not.to.include("status:view");
    expect(await permitted("Administrator")).to.deep.equal([...permissions].sort());
    const kept = ["report:view_all", "report:sales", "export:download", "token:create"];
    const common = { kind: "permissions_changed", actor_name: "Ada" };
    expect(await events()).to.have.deep.members([
      {
        ...common,
        subject: "<i>Odd</i>",
        details: { before: { permits: [] }, after: { permits: ["audit:view"] } },
      },
      {
        ...common,
        subject: "Finance",
        details: {
          before: { permits: [...kept, "status:view"] },
          after: { permits: kept },
        },
      },
    ]);
    expect(await (await ada.get(`${PATH}?done=saved`)).text()).to.include('role="status">Saved.');
  });

  it("stay as they are, unmentioned, when the form is saved as it stands", async () => {
    expect((await ada.post(PATH, formOf(await page(), PATH))).status).to.equal(303);
    expect(await events()).to.deep.equal([]);
  });

  it("that changed meanwhile are not overwritten", async () => {
    const form = tick(formOf(await page(), PATH), { [grant("Finance", "job:run")]: true });
    await db.pool.query(
      "INSERT INTO crm.role_permissions SELECT $1, id FROM crm.permissions WHERE permission_name = 'status:view'",
      [roles.Finance],
    );
    const answer = await ada.post(PATH, form);
    expect(answer.status).to.equal(409);
    const html = await answer.text();
    expect(alert(html)).to.include("What the roles permit changed since this page was opened");
    expect(formOf(html, PATH).getAll("grants")).to.include(grant("Finance", "status:view"));
    expect(formOf(html, PATH).getAll("grants")).not.to.include(grant("Finance", "job:run"));
    expect(await permitted("Finance")).not.to.include("job:run");
    expect(await events()).to.deep.equal([]);
  });

  it("leave nobody without what it takes to change them, and keep what was ticked", async () => {
    for (const permission of ["role:manage", "user:manage"]) {
      const form = tick(formOf(await page(), PATH), {
        [grant("Administrator", permission)]: false,
        [grant("Finance", "job:run")]: true,
      });
      const answer = await ada.post(PATH, form);
      expect(answer.status).to.equal(409);
      const html = await answer.text();
      expect(alert(html)).to.include(`You would lose the permission ${permission}`);
      expect(formOf(html, PATH).getAll("grants")).to.include(grant("Finance", "job:run"));
    }
    expect(await permitted("Administrator")).to.include.members(["role:manage", "user:manage"]);
    expect(await permitted("Finance")).not.to.include("job:run");
    expect(await events()).to.deep.equal([]);
  });

  it("take nothing that is not there, and nothing from other sites", async () => {
    const form = formOf(await page(), PATH);
    for (const one of [grant("Finance", "nonsense"), "x:job:run", "x"]) {
      const answer = await ada.post(PATH, tick(form, { [one]: true }));
      expect(answer.status, one).to.equal(400);
      expect(alert(await answer.text())).to.include("no such role or permission");
    }
    const forged = tick(form, { [grant("Finance", "job:run")]: true });
    forged.set("form_token", "guessed");
    expect((await ada.post(PATH, forged)).status).to.equal(403);
    expect(await permitted("Finance")).not.to.include("job:run");
    expect(await events()).to.deep.equal([]);
  });

  it("can be many", async () => {
    await db.pool.query(
      "INSERT INTO crm.roles (role_name) SELECT 'Role ' || n FROM generate_series(1, 14) AS n",
    );
    await db.pool.query(
      "INSERT INTO crm.role_permissions SELECT roles.id, permissions.id FROM crm.roles, crm.permissions WHERE role_name LIKE 'Role %'",
    );
    const form = tick(formOf(await page(), PATH), { [grant("Finance", "job:run")]: true });
    expect(form.size).to.be.greaterThan(200);
    expect((await ada.post(PATH, form)).status).to.equal(303);
    expect(await permitted("Finance")).to.include("job:run");
  });
});
