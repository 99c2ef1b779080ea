import { expect } from "chai";
import type { Permission } from "../../src/access/permission.ts";
import { routeTable } from "../../src/web/route-table.ts";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

/** Whom a page of the administration is about, where its address names somebody. */
const NOBODY = "00000000-0000-0000-0000-000000000001";

const pages = routeTable.filter(({ path }) => /^\/admin(\/|$)/.test(path));

describe("the administration", () => {
  let db: TestDatabase;
  let web: WebServer;
  let ann: Visitor;

  before(async () => {
    db = await createTestDatabase();
    await addAccount(db.pool, "Ann", null);
    await db.pool.query(
      `INSERT INTO crm.roles (role_name) VALUES ('Tests');
       INSERT INTO crm.user_roles SELECT users.id, roles.id FROM crm.users, crm.roles WHERE role_name = 'Tests'`,
    );
    web = await startWeb(db.pool);
    ann = createVisitor(web.url);
    await ann.signIn(emailOf("Ann"), PASSWORD);
  });
  after(async () => {
    await web.close();
    await db.drop();
  });

  /** Ann may do this, and nothing else. */
  const permit = async (...permitted: readonly Permission[]) => {
    await db.pool.query(
      "DELETE FROM crm.role_permissions WHERE role_id = (SELECT id FROM crm.roles WHERE role_name = 'Tests')",
    );
    await db.pool.query(
      `INSERT INTO crm.role_permissions
       SELECT roles.id, permissions.id
       FROM crm.roles, crm.permissions
       WHERE role_name = 'Tests' AND permission_name = ANY ($1)`,
      [permitted],
    );
  };
  const addressOf = (path: string) => path.replaceAll(/:\w+/g, NOBODY);

  it("has pages", () => expect(pages.map(({ path }) => path)).to.include("/admin/audit"));

  for (const { path, needs } of pages)
    it(`needs what the table says at ${path}`, async () => {
      const [wanted = []] = needs as readonly (readonly Permission[])[];
      for (const one of wanted) {
        await permit(one);
        const { status } = await ann.get(addressOf(path));
        expect([200, 404, 405], `${path} with ${one}`).to.include(status);
      }
      const others = ["user:manage", "role:manage", "audit:view", "token:manage"] as const;
      await permit("report:view_all", ...others.filter((one) => !wanted.includes(one)));
      expect((await ann.get(addressOf(path))).status, "reading").to.equal(403);
      expect((await ann.post(addressOf(path))).status, "writing").to.equal(403);
      const stranger = createVisitor(web.url);
      const refused = await stranger.get(addressOf(path));
      expect(refused.status).to.equal(path.endsWith(".csv") ? 401 : 303);
    });

  it("shows the way to those who may, and each the part that is theirs", async () => {
    await permit("status:view");
    expect(await (await ann.get("/status")).text()).not.to.include("/admin");
    for (const [permission, ...hrefs] of [
      ["user:manage", "/admin/users", "/admin/teams"],
      ["role:manage", "/admin/roles"],
      ["audit:view", "/admin/audit"],
    ] as const) {
      await permit("status:view", permission);
      expect(await (await ann.get("/status")).text()).to.include('href="/admin"');
      const [, part = ""] = /<main[^>]*>([\s\S]*)<\/main>/.exec(
        await (await ann.get("/admin")).text(),
      ) as string[];
      const links = [...part.matchAll(/href="([^"]+)"/g)].map(([, link]) => link);
      expect(links, permission).to.deep.equal(hrefs);
    }
  });

  it("is kept by no cache", async () => {
    await permit("audit:view");
    for (const path of ["/admin", "/admin/audit"])
      expect((await ann.get(path)).headers.get("cache-control"), path).to.equal("no-store");
  });

  it("is closed to tokens, whoever's they are", async () => {
    await permit("user:manage", "role:manage", "audit:view");
    for (const path of ["/admin", "/admin/audit"])
      expect((await web.get(path)).status, path).to.equal(403);
  });
});
