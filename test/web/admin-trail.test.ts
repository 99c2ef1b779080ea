import { expect } from "chai";
import { type AuditEvent, operator, recordEvent } from "../../src/access/audit.ts";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

describe("the audit page", () => {
  let db: TestDatabase;
  let web: WebServer;
  let ada: Visitor;
  let ann: string;

  before(async () => {
    db = await createTestDatabase();
    await addAccount(db.pool, "Ada", "Administrator");
    ann = await addAccount(db.pool, "Ann");
    web = await startWeb(db.pool, { timeZone: "America/New_York" });
    ada = createVisitor(web.url);
    await ada.signIn(emailOf("Ada"), PASSWORD);
  });
  after(async () => {
    await web.close();
    await db.drop();
  });

  const write = (event: Omit<AuditEvent, "actor"> & Partial<AuditEvent>) =>
    recordEvent(db.pool, { actor: operator, ...event });
  const page = async (path = "") => (await ada.get(`/admin/audit${path}`)).text();
  const whats = (html: string) =>
    [...html.matchAll(/<th scope="row">([^<]*)<\/th>/g)].map(([, what]) => what);
  const text = (html: string) => html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");

  it("has what happened, newest first, in words", async () => {
    await write({
      kind: "user_changed",
      subject: "x@example.com",
      details: {
        user_id: ann,
        before: { team: null, active: true },
        after: { team: "North", active: false },
      },
    });
    await write({ kind: "export", subject: "sales-dashboard/reps", details: { rows: 3 } });
    const html = await page();
    expect(whats(html).slice(0, 3)).to.deep.equal([
      "Downloaded rows",
      "Changed a person",
      "Signed in",
    ]);
    expect(text(html)).to.include("Team none → North").and.include("Active yes → no");
    expect(text(html)).to.include("operator on the command line");
    expect(text(html)).to.include("Ada in a browser, 127.0.0.1").and.include("Rows 3");
    expect(html).not.to.include(ann);
  });

  it("writes what people outside have sent as text", async () => {
    const nasty = '<img src=x onerror=alert(1)>"@example.com';
    await createVisitor(web.url).signIn(nasty, "wrong");
    const html = await page("?kind=sign_in_failed");
    expect(html).to.include("&lt;img src&#x3D;x").and.not.include("<img");
    const found = await page(`?person=${encodeURIComponent(nasty)}`);
    expect(whats(found)).to.deep.equal(["Failed to sign in"]);
    expect(found).not.to.include("<img");
  });

  it("is narrowed by what, by whom or about whom, and by day in the business time zone", async () => {
    expect(whats(await page("?kind=export"))).to.deep.equal(["Downloaded rows"]);
    // Under the address of today, and by the id under the one of then.
    expect(whats(await page("?person=ANN@exam&kind=user_changed"))).to.have.length(1);
    expect(whats(await page("?person=x@ex&kind=user_changed"))).to.have.length(1);
    const found = await page("?person=ada&kind=sign_in");
    expect(whats(found)).to.deep.equal(["Signed in"]);
    expect(found).to.include('name="person" value="ada"');
    expect(await page()).to.include('name="person" value=""');
    await db.pool.query(
      "INSERT INTO ops.audit_events (kind, actor_name, means, occurred_at) VALUES ('sign_out', 'late', 'session', '2026-03-02T04:59:59Z')",
    );
    expect(whats(await page("?from=2026-03-01&to=2026-03-01"))).to.deep.equal(["Signed out"]);
    expect(whats(await page("?from=&to=2026-02-28&kind=&person="))).to.deep.equal([]);
    expect(await page("?to=2026-02-28")).to.include("Nothing in the trail falls into this");
    expect(await page("?from=2026-03-01")).to.include('name="from" value="2026-03-01"');
  });

  it("says what is wrong with a filter", async () => {
    for (const [query, parameter] of [
      ["kind=nonsense", "kind"],
      ["from=2026-02-30", "from"],
      ["to=tomorrow", "to"],
      ["before=x", "before"],
      ["who=ann", "who"],
      ["person=a&person=b", "person"],
    ] as const) {
      const answer = await ada.get(`/admin/audit?${query}`);
      expect(answer.status, query).to.equal(400);
      expect(text(await answer.text()), query).to.include(`${parameter}:`);
    }
    expect((await ada.get("/admin/audit?person=%00a")).status).to.equal(200);
  });

  it("goes back page by page, without a gap or a repetition, and comes as a whole", async () => {
    await db.pool.query(
      "INSERT INTO ops.audit_events (kind, actor_name, means, subject) SELECT 'token_created', 'service', 'cli', 'no ' || n FROM generate_series(1, 2300) AS n",
    );
    const seen: string[] = [];
    let path: string | undefined = "?kind=token_created";
    let pages = 0;
    while (path) {
      const html: string = await page(path);
      seen.push(...[...html.matchAll(/<td>(no \d+)<\/td>/g)].map(([, one = ""]) => one));
      const [, older] = /href="\/admin\/audit([^"]*)" rel="next"/.exec(html) ?? [];
      expect(html.includes(">Newest<"), path).to.equal(pages > 0);
      path = older?.replaceAll("&#x3D;", "=").replaceAll("&amp;", "&");
      pages += 1;
    }
    expect(pages).to.equal(46);
    expect(seen).to.deep.equal(Array.from({ length: 2300 }, (_, n) => `no ${2300 - n}`));

    const csv = await ada.get("/admin/audit.csv?kind=token_created");
    expect(csv.headers.get("content-type")).to.equal("text/csv; charset=utf-8; header=present");
    expect(csv.headers.get("content-disposition")).to.match(/^attachment; filename="audit trail /);
    const [head, ...lines] = (await csv.text()).trimEnd().split("\r\n");
    expect(head).to.equal(
      "id,occurred_at,kind,actor_user_id,actor_name,means,address,subject,details",
    );
    expect(lines).to.have.length(2300);
    expect(lines[0]).to.match(
      /^\d+,2\d{3}-\d\d-\d\dT[\d:.]+Z,token_created,,service,cli,,no 2300,\{\}$/,
    );
  });

  it("puts its own download into the trail, and none for headers alone", async () => {
    const downloads = async () =>
      (
        await db.pool.query(
          "SELECT actor_name, details FROM ops.audit_events WHERE subject = 'audit trail'",
        )
      ).rows;
    const before = await downloads();
    await (await ada.get("/admin/audit.csv?kind=export")).text();
    expect((await downloads()).slice(before.length)).to.deep.equal([
      {
        actor_name: "Ada",
        details: { format: "csv", query: "kind=export", rows: before.length + 1, complete: true },
      },
    ]);
    const head = await fetch(`${web.url}/admin/audit.csv`, {
      method: "HEAD",
      headers: { Cookie: ada.cookies() },
    });
    expect(head.status).to.equal(200);
    expect(await downloads()).to.have.length(before.length + 1);
  });

  it("gives spreadsheets nothing to calculate", async () => {
    await createVisitor(web.url).signIn("=cmd|' /C calc'!A0@example.com", "wrong");
    const csv = await (await ada.get("/admin/audit.csv?kind=sign_in_failed")).text();
    expect(csv).to.include(",'=cmd|' /C calc'!A0@example.com,").and.not.include(",=cmd");
  });
});
