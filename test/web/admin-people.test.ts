import { expect } from "chai";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { startCompany } from "../support/company.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { changed, fillIn, formOf } from "../support/forms.ts";
import { addPerson } from "../support/people.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const NASTY = `<script>alert("x")</script>`;

describe("people in the administration", () => {
  let db: TestDatabase;
  let web: WebServer;
  let ada: Visitor;
  let adaId: string;
  let north: string;
  let roles: Record<string, string>;

  before(async () => {
    db = await createTestDatabase();
    adaId = await addAccount(db.pool, "Ada", "Administrator");
    north = (await addRow(db.pool, "teams", { name: "North" })).id as string;
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
  let number = 0;
  beforeEach(async () => {
    seen = Number((await db.pool.query("SELECT max(id) AS id FROM ops.audit_events")).rows[0].id);
  });
  const events = async () =>
    (
      await db.pool.query(
        "SELECT kind, actor_name, subject, details FROM ops.audit_events WHERE id > $1 AND kind = ANY ('{user_added,user_changed,roles_changed}') ORDER BY id",
        [seen],
      )
    ).rows;
  const someone = (columns: Record<string, unknown> = {}) => {
    number += 1;
    return addPerson(db.pool, `P${number}`, columns);
  };
  const row = async (id: string) =>
    (await db.pool.query("SELECT * FROM crm.users WHERE id = $1", [id])).rows[0];
  const rolesOf = async (id: string) =>
    (
      await db.pool.query(
        "SELECT role_name FROM crm.user_roles JOIN crm.roles ON roles.id = role_id WHERE user_id = $1 ORDER BY 1",
        [id],
      )
    ).rows.map(({ role_name }) => role_name);
  const page = async (path: string) => (await ada.get(path)).text();
  const names = (html: string) =>
    [...html.matchAll(/<th scope="row"><a[^>]*>([^<]*)</g)].map(([, name]) => name);
  const problemAt = (html: string, field: string) =>
    new RegExp(`<p class="problem" id="p-${field}">([^<]*)<`).exec(html)?.[1];
  const alert = (html: string) => /role="alert">([^<]*)</.exec(html)?.[1];
  const to = (answer: Response) => [answer.status, answer.headers.get("location")];

  it("are listed with roles, team, manager and last sign-in, and found", async () => {
    const boss = await someone({ last_name: "Boss" });
    const rep = await someone({ last_name: "Rep", team_id: north, manager_user_id: boss });
    await db.pool.query("INSERT INTO crm.user_roles VALUES ($1, $2), ($1, $3)", [
      rep,
      roles.Finance,
      roles["Sales Manager"],
    ]);
    const gone = await someone({ last_name: "Gone", is_active: false });
    const find = async (query: string) => names(await page(`/admin/users?${query}`));
    const html = (await page("/admin/users?search=rEp")).replace(/<[^>]*>/g, " ");
    expect(html.replace(/\s+/g, " ")).to.match(
      /P\d+ Rep P\d+@example.com Finance, Sales Manager North P\d+ Boss never/,
    );
    expect(await page("/admin/users?search=ada@ex")).to.match(/<time[^>]*>[^<]+<\/time>/);
    expect(await find(`search=${(await row(gone)).email.toUpperCase()}`)).to.have.length(1);
    expect(await find("search=gone&state=active")).to.deep.equal([]);
    expect(await find("search=gone&state=inactive")).to.have.length(1);
    expect(await find(`role=${roles.Finance}`)).to.have.length(1);
    expect(await find("role=none&search=rep")).to.deep.equal([]);
    expect(await find("role=none&search=boss")).to.have.length(1);
    expect(await find("search=%25")).to.deep.equal([]);
    expect(await page("/admin/users?search=nobody+at+all")).to.include("Nobody is like that.");
    for (const query of ["state=odd", "role=king", "page=0", "page=x", "sort=name"])
      expect((await ada.get(`/admin/users?${query}`)).status, query).to.equal(400);
  });

  it("come page by page, each once, those who have left last", async () => {
    await db.pool.query(
      `INSERT INTO crm.users (email, first_name, is_active)
       SELECT 'many' || n || '@example.com', 'Many', n % 2 = 0 FROM generate_series(1, 120) AS n`,
    );
    const found: string[] = [];
    for (const number of [1, 2, 3]) {
      const html = await page(`/admin/users?search=many&page=${number}`);
      found.push(...[...html.matchAll(/below">(many[^<]*)</g)].map(([, one = ""]) => one));
      expect(html.includes('rel="next"'), String(number)).to.equal(number < 3);
      expect(html.includes('rel="prev"'), String(number)).to.equal(number > 1);
      if (number === 2) expect(html).to.include("51 to 100 of 120");
    }
    expect(new Set(found).size).to.equal(120);
    expect(found.slice(0, 60).every((one) => Number(/\d+/.exec(one)) % 2 === 0)).to.equal(true);
  });

  it("are added, with everything", async () => {
    const answer = await fillIn(ada, "/admin/users/new", {
      email: " New@Example.com ",
      firstName: " Nell ",
      lastName: NASTY,
      teamId: north,
      managerId: adaId,
      roleIds: [roles.Finance as string, roles["Sales Manager"] as string],
    });
    expect(answer.status).to.equal(303);
    const [, id = ""] =
      /^\/admin\/users\/(.*)\?done=added$/.exec(answer.headers.get("location") ?? "") ?? [];
    expect(await row(id)).to.include({
      email: "New@Example.com",
      first_name: "Nell",
      last_name: NASTY,
      team_id: north,
      manager_user_id: adaId,
      is_active: true,
    });
    expect(await rolesOf(id)).to.deep.equal(["Finance", "Sales Manager"]);
    expect(await events()).to.deep.equal([
      {
        kind: "user_added",
        actor_name: "Ada",
        subject: "New@Example.com",
        details: {
          user_id: id,
          after: {
            email: "New@Example.com",
            first_name: "Nell",
            last_name: NASTY,
            team: "North",
            manager: emailOf("Ada"),
            active: true,
            roles: ["Finance", "Sales Manager"],
          },
        },
      },
    ]);
    const shown = await page(`/admin/users/${id}?done=added`);
    expect(shown).to.include('role="status">Added.');
    for (const path of [
      `/admin/users/${id}`,
      "/admin/users?search=nell",
      "/admin/audit",
      "/admin/users/new",
    ])
      expect(await page(path), path)
        .to.include("&lt;script&gt;")
        .and.not.include(NASTY);
  });

  it("are changed, and the trail has what from and to", async () => {
    const id = await someone({ last_name: "Old", manager_user_id: adaId });
    const email = (await row(id)).email as string;
    const answer = await fillIn(ada, `/admin/users/${id}`, {
      lastName: "",
      teamId: north,
      managerId: "",
      roleIds: roles.Finance as string,
    });
    expect(to(answer)).to.deep.equal([303, `/admin/users/${id}?done=saved`]);
    expect(await row(id)).to.include({ last_name: null, team_id: north, manager_user_id: null });
    expect(await rolesOf(id)).to.deep.equal(["Finance"]);
    expect(await events()).to.deep.equal([
      {
        kind: "user_changed",
        actor_name: "Ada",
        subject: email,
        details: {
          user_id: id,
          before: { last_name: "Old", team: null, manager: emailOf("Ada") },
          after: { last_name: "", team: "North", manager: null },
        },
      },
      {
        kind: "roles_changed",
        actor_name: "Ada",
        subject: email,
        details: { user_id: id, before: { roles: [] }, after: { roles: ["Finance"] } },
      },
    ]);
  });

  it("stay as they are, unmentioned, when the form is saved as it stands", async () => {
    const boss = await someone({ is_active: false });
    const id = await someone({ team_id: north, manager_user_id: boss });
    await db.pool.query("INSERT INTO crm.user_roles VALUES ($1, $2)", [id, roles.Finance]);
    const before = await row(id);
    expect((await fillIn(ada, `/admin/users/${id}`, {})).status).to.equal(303);
    expect({ ...(await row(id)), updated_at: 0 }).to.deep.equal({ ...before, updated_at: 0 });
    expect(await rolesOf(id)).to.deep.equal(["Finance"]);
    expect(await events()).to.deep.equal([]);
  });

  it("have lost their sessions when they are deactivated", async () => {
    const id = await addAccount(db.pool, "Leaver");
    const leaver = createVisitor(web.url);
    await leaver.signIn(emailOf("Leaver"), PASSWORD);
    await fillIn(ada, `/admin/users/${id}`, { isActive: [] });
    expect((await row(id)).is_active).to.equal(false);
    expect((await leaver.get("/reports")).status).to.equal(303);
    const left = "SELECT FROM ops.sessions WHERE user_id = $1";
    expect((await db.pool.query(left, [id])).rows).to.deep.equal([]);
    expect((await events())[0].details).to.deep.include({
      before: { active: true },
      after: { active: false },
    });
  });

  it("are refused beside the field that is wrong, with what was typed", async () => {
    const boss = await someone();
    const middle = await someone({ manager_user_id: boss });
    const rep = await someone({ manager_user_id: middle });
    const unknown = "00000000-0000-0000-0000-000000000001";
    const before = await row(boss);
    for (const [changes, field, words] of [
      [{ email: "nowhere" }, "email", "An e-mail address, such as"],
      [{ email: "" }, "email", "An e-mail address"],
      [{ email: `${"a".repeat(250)}@x.com` }, "email", "An e-mail address"],
      [{ email: "ADA@example.com" }, "email", "Somebody else has this"],
      [{ firstName: "x".repeat(101) }, "firstName", "At most 100 characters."],
      [{ lastName: "x".repeat(101) }, "lastName", "At most 100 characters."],
      [{ managerId: rep }, "managerId", "This would be a circle: whom you chose reports to this"],
      [{ managerId: boss }, "managerId", "Nobody reports to themself."],
      [{ managerId: unknown }, "managerId", "There is no such person any more."],
      [{ managerId: "x" }, "managerId", "There is no such person any more."],
      [{ teamId: unknown }, "teamId", "There is no such team any more."],
      [{ roleIds: unknown }, "roleIds", "There is no such role any more."],
      [{ roleIds: ["x", "y"] }, "roleIds", "There is no such role any more."],
    ] as [Record<string, string | string[]>, string, string][]) {
      const what = JSON.stringify(changes);
      const answer = await fillIn(ada, `/admin/users/${boss}`, { firstName: "Typed", ...changes });
      expect(answer.status, what).to.equal(400);
      const html = await answer.text();
      expect(problemAt(html, field), what).to.include(words);
      expect(html, what).to.match(new RegExp(`aria-invalid="true" aria-describedby="p-${field}"`));
      if (field !== "firstName") expect(html, what).to.include('value="Typed"');
    }
    expect(await row(boss)).to.deep.equal(before);
    const html = await (
      await fillIn(ada, "/admin/users/new", { email: "x", lastName: "x".repeat(101) })
    ).text();
    expect(problemAt(html, "email")).to.be.a("string");
    expect(problemAt(html, "lastName")).to.be.a("string");
    expect(await events()).to.deep.equal([]);
  });

  it("who changed meanwhile are not overwritten, also not by sending the form once more", async () => {
    const id = await someone({ last_name: "One" });
    const path = `/admin/users/${id}`;
    const old = changed(formOf(await page(path), path), { firstName: "Mine" });
    for (const change of [
      () => db.pool.query("UPDATE crm.users SET last_name = 'Two' WHERE id = $1", [id]),
      () => db.pool.query("INSERT INTO crm.user_roles VALUES ($1, $2)", [id, roles.Finance]),
    ]) {
      const fresh = changed(formOf(await page(path), path), { firstName: "Mine" });
      await change();
      const answer = await ada.post(path, fresh);
      expect(answer.status).to.equal(409);
      const html = await answer.text();
      expect(alert(html)).to.include("changed since this page was opened, and nothing was saved");
      expect(formOf(html, path).get("firstName")).to.equal((await row(id)).first_name);
      expect((await row(id)).first_name).not.to.equal("Mine");
    }
    // A form that is refused for another reason is as old as it was.
    const refused = await ada.post(path, changed(new URLSearchParams(old), { email: "x" }));
    expect(refused.status).to.equal(400);
    const again = changed(formOf(await refused.text(), path), { email: "other@example.com" });
    expect((await ada.post(path, again)).status).to.equal(409);
    expect((await row(id)).last_name).to.equal("Two");
    expect(await events()).to.deep.equal([]);
  });

  it("cannot deactivate themselves, or take from themselves what they would need to undo it", async () => {
    const other = await addAccount(db.pool, "Other", "Administrator");
    const path = `/admin/users/${adaId}`;
    const inactive = await fillIn(ada, path, { isActive: [] });
    expect(inactive.status).to.equal(400);
    expect(problemAt(await inactive.text(), "isActive")).to.include("Nobody can deactivate");
    const without = await fillIn(ada, path, { roleIds: roles.Finance as string });
    expect(without.status).to.equal(409);
    const html = await without.text();
    expect(alert(html)).to.include("You would lose the permission user:manage");
    expect(formOf(html, path).getAll("roleIds")).to.deep.equal([roles.Finance]);
    expect(await rolesOf(adaId)).to.deep.equal(["Administrator"]);
    expect((await row(adaId)).is_active).to.equal(true);
    expect(await events()).to.deep.equal([]);
    // From somebody else, while one is left.
    const taken = await fillIn(ada, `/admin/users/${other}`, { roleIds: [] });
    expect(taken.status).to.equal(303);
  });

  it("keep one who may say what roles permit, whoever asks", async () => {
    const role = (await addRow(db.pool, "roles", { role_name: "Clerk" })).id as string;
    await db.pool.query(
      "INSERT INTO crm.role_permissions SELECT $1, id FROM crm.permissions WHERE permission_name = 'user:manage'",
      [role],
    );
    await addAccount(db.pool, "Clerk", "Clerk");
    const clerk = createVisitor(web.url);
    await clerk.signIn(emailOf("Clerk"), PASSWORD);
    for (const field of ["roleIds", "isActive"]) {
      const answer = await fillIn(clerk, `/admin/users/${adaId}`, { [field]: [] });
      expect(answer.status).to.equal(409);
      expect(alert(await answer.text())).to.include(
        "Nobody active would have the permission role:manage any more",
      );
    }
    expect(await rolesOf(adaId)).to.deep.equal(["Administrator"]);
  });

  it("cannot remove each other at the same moment", async () => {
    const other = await addAccount(db.pool, "Rival", "Administrator");
    const rival = createVisitor(web.url);
    await rival.signIn(emailOf("Rival"), PASSWORD);
    const form = async (who: Visitor, id: string) =>
      changed(formOf(await (await who.get(`/admin/users/${id}`)).text(), `/admin/users/${id}`), {
        roleIds: [],
      });
    const [mine, theirs] = [await form(ada, other), await form(rival, adaId)];
    // Both have passed the guard and stand before the lock.
    const holder = await db.pool.connect();
    let answers: Response[];
    try {
      await holder.query("BEGIN; SELECT pg_advisory_xact_lock(hashtext('crm.role_permissions'))");
      const sent = [
        ada.post(`/admin/users/${other}`, mine),
        rival.post(`/admin/users/${adaId}`, theirs),
      ];
      await waiting(2);
      await holder.query("COMMIT");
      answers = await Promise.all(sent);
    } finally {
      holder.release();
    }
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([303, 403]);
    const left = [...(await rolesOf(adaId)), ...(await rolesOf(other))];
    expect(left).to.deep.equal(["Administrator"]);
    await db.pool.query("INSERT INTO crm.user_roles VALUES ($1, $2) ON CONFLICT DO NOTHING", [
      adaId,
      roles.Administrator,
    ]);
  });
  const waiting = async (count: number): Promise<void> => {
    const { rows } = await db.pool.query(
      "SELECT count(*)::int AS waiting FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    if (rows[0].waiting < count) await waiting(count);
  };

  it("get a link to choose a password, which is shown once and works once", async () => {
    const id = await someone();
    const { email } = await row(id);
    const path = `/admin/users/${id}`;
    const answer = await fillIn(ada, path, {}, `${path}/password-link`);
    expect(answer.status).to.equal(200);
    expect(answer.headers.get("cache-control")).to.equal("no-store");
    const html = (await answer.text()).replaceAll("&#x3D;", "=");
    const [, link = ""] = /value="http[^"]*(\/set-password\?link=[\w-]{43})"/.exec(html) ?? [];
    expect(await page(path)).not.to.include("/set-password");
    const written = await db.pool.query(
      "SELECT kind, actor_name, subject, details FROM ops.audit_events ORDER BY id DESC LIMIT 1",
    );
    expect(written.rows).to.deep.equal([
      {
        kind: "password_reset_requested",
        actor_name: "Ada",
        subject: email,
        details: { user_id: id },
      },
    ]);
    const visitor = createVisitor(web.url);
    expect((await visitor.get(link)).status).to.equal(200);
    // Not with an address that is no longer theirs, and not once they have left.
    for (const [field, value] of [
      ["email", `x${email}`],
      ["isActive", []],
    ] as const) {
      const token = await fillIn(ada, path, {}, `${path}/password-link`);
      const [, fresh = ""] =
        /value="http[^"]*(\/set-password[^"]*)"/.exec(
          (await token.text()).replaceAll("&#x3D;", "="),
        ) ?? [];
      expect((await visitor.get(fresh)).status).to.equal(200);
      await fillIn(ada, path, { [field]: value });
      expect((await visitor.get(fresh)).status, field).to.equal(410);
    }
    expect(await page(path)).not.to.include("password-link");
    expect((await ada.post(`${path}/password-link`)).status).to.equal(409);
  });

  it("get no link where only company accounts count", async () => {
    const id = await someone();
    const company = await startCompany();
    const only = await startWeb(db.pool, { company: { ...company.settings, isOnlyWay: true } });
    try {
      // Sessions are in the database: the one from there counts here.
      const here = createVisitor(only.url, { Cookie: ada.cookies() });
      const html = await (await here.get(`/admin/users/${id}`)).text();
      expect(html).to.include('name="email"').and.not.include("password");
      const refused = await here.post(`/admin/users/${id}/password-link`);
      expect(refused.status).to.equal(403);
      expect(await refused.text()).to.include("Passwords are switched off here");
      const made = "SELECT FROM ops.password_links WHERE user_id = $1";
      expect((await db.pool.query(made, [id])).rows).to.deep.equal([]);
    } finally {
      await only.close();
      await company.close();
    }
  });

  it("are not changed when the trail cannot be written", async () => {
    const id = await someone();
    const path = `/admin/users/${id}`;
    const form = changed(formOf(await page(path), path), {
      firstName: "Unseen",
      roleIds: roles.Finance as string,
    });
    await db.pool.query(
      "ALTER TABLE ops.audit_events ADD CHECK (kind <> 'roles_changed') NOT VALID",
    );
    try {
      expect((await ada.post(path, form)).status).to.equal(500);
    } finally {
      await db.pool.query("ALTER TABLE ops.audit_events DROP CONSTRAINT audit_events_kind_check");
    }
    expect((await row(id)).first_name).not.to.equal("Unseen");
    expect(await rolesOf(id)).to.deep.equal([]);
    expect(await events()).to.deep.equal([]);
  });

  it("who do not exist are not found, and forms of other sites do nothing", async () => {
    for (const id of ["x", "00000000-0000-0000-0000-000000000001"]) {
      expect((await ada.get(`/admin/users/${id}`)).status).to.equal(404);
      expect((await ada.post(`/admin/users/${id}`, { email: "a@b" })).status).to.equal(404);
    }
    const id = await someone();
    const form = formOf(await page(`/admin/users/${id}`), `/admin/users/${id}`);
    form.set("form_token", "guessed");
    expect((await ada.post(`/admin/users/${id}`, form)).status).to.equal(403);
    const from = { "Sec-Fetch-Site": "cross-site" };
    const ours = formOf(await page(`/admin/users/${id}`), `/admin/users/${id}`);
    expect((await ada.post(`/admin/users/${id}`, ours, from)).status).to.equal(403);
  });
});
