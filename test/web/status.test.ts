import { expect } from "chai";
import { createLog } from "../../src/log.ts";
import { auditMart } from "../../src/marts/audit.ts";
import { foldMart } from "../../src/marts/fold.ts";
import { startWorker } from "../../src/marts/worker.ts";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { exactRows } from "../support/page.ts";
import { addDeal, addSales } from "../support/sales.ts";
import { runTidemark } from "../support/tidemark.ts";
import { createVisitor } from "../support/visitor.ts";
import { waitUntil } from "../support/wait.ts";
import { startWeb, type WebServer } from "../support/web.ts";

describe("the status page", () => {
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

  const page = async () => (await web.get("/status")).text();
  const json = async () =>
    (await (await web.get("/status.json")).json()) as Record<string, unknown>[];
  const count = async (sql: string) => Number((await db.pool.query(sql)).rows[0].count);
  const line = (html: string, title: string) =>
    html.split("<tr>").find((row) => row.startsWith(`<th scope="row">${title}`)) ?? "";

  it("says that all is well, and what is live", async () => {
    const html = await page();
    expect(html).to.include("<strong>All reports are live</strong>");
    expect(html).to.include("Signal cut points shows what was there at the last refresh");
    expect(line(html, "Sales dashboard")).to.include("</span>live</td>");
    expect(line(html, "Signal cut points")).to.match(/<\/span>as of \d\d:\d\d</);
    expect(line(html, "Sales dashboard")).to.include(
      'in <a href="/reports/sales-dashboard">Sales dashboard</a>',
    );
  });

  it("shows what the tables say, as JSON too, and as the command does", async () => {
    await auditMart(db.pool, "sales_dashboard");
    await db.pool.query("UPDATE crm.opportunities SET amount = 1 WHERE amount > 3000");
    await foldMart(db.pool, "sales_dashboard");
    await addDeal(db.pool, {});
    const marts = await json();
    expect(marts.find(({ mart }) => mart === "sales_dashboard")).to.include({
      is_live: true,
      row_count: await count("SELECT count(*) FROM mart.sales_dashboard"),
      delta_key_count: await count("SELECT count(*) FROM mart.sales_dashboard_delta_keys"),
      changed_key_count: 1,
      drift: 0,
      problem: null,
    });
    const shown = exactRows(await page(), "marts");
    expect(shown).to.have.length(marts.length);
    for (const [index, row] of shown.entries())
      for (const [key, value] of Object.entries(row))
        expect(value, key).to.equal(
          marts[index]?.[key] === null ? null : String(marts[index]?.[key]),
        );
    const { stdout } = await runTidemark(["status", "--json"], { DATABASE_URL: db.url });
    const withoutNext = (list: Record<string, unknown>[]) =>
      list.map(({ next_run_at: _, ...rest }) => rest);
    expect(withoutNext(JSON.parse(stdout))).to.deep.equal(withoutNext(marts));
  });

  it("says what is wrong, in words that cannot be markup, as the command does", async () => {
    await db.pool.query(
      `INSERT INTO ops.refresh_runs (mart, kind, status, finished_at, error_message, worker)
       VALUES ('sales_dashboard', 'concurrent', 'failed', now(), 'Mart sales_dashboard was not refreshed: <b>', 'w')`,
    );
    const html = await page();
    expect(html).to.include("<strong>1 of ").and.include(" marts needs attention</strong>");
    expect(html).to.include("<li>Mart sales_dashboard was not refreshed: &lt;b&gt;</li>");
    expect(line(html, "Sales dashboard")).to.include("needs attention").and.include("failed since");
    expect(line(html, "Signal outcomes")).not.to.include("needs attention");
    const { stdout } = await runTidemark(["status"], { DATABASE_URL: db.url });
    expect(stdout).to.match(/^sales_dashboard +live +.*, failed/m);
    expect(stdout).to.match(
      /\n\n1 of \d+ marts needs attention\n.*\nMart sales_dashboard was not refreshed: <b>\n$/,
    );
  });

  it("can be heard: a caption, and a header for each row and column", async () => {
    const html = await page();
    expect(html).to.match(/<table[^>]*>\s*<caption[^>]*>\w/);
    const [head = "", body = ""] = html.split("<tbody>");
    const columns = head.match(/<th scope="col"/g) ?? [];
    for (const row of body.split("</tbody>")[0]?.split("<tr>").slice(1) ?? [])
      expect(row.match(/<t[dh]\b/g), row).to.have.length(columns.length);
    expect(head).to.include('<a href="/status" aria-current="page">Status</a>');
  });

  it("marks what is wrong and what is dated in colours of their own", async () => {
    const [, sheet = ""] = /rel="stylesheet" href="([^"]+)"/.exec(await page()) ?? [];
    const css = await (await web.get(sheet)).text();
    for (const tone of ["stale", "dated"]) expect(css).to.match(new RegExp(`\\.dot\\.${tone} \\{`));
  });

  it("is only read, and never kept", async () => {
    for (const path of ["/status", "/status.json"]) {
      expect((await web.get(path)).headers.get("cache-control")).to.equal("no-store");
      expect((await web.get(path, { method: "POST" })).status).to.equal(405);
    }
  });

  it("has a mart refreshed at once for who may, by a running worker, and writes it down", async () => {
    const admin = await addAccount(db.pool, "Admin", "Administrator");
    const visitor = createVisitor(web.url);
    await visitor.signIn(emailOf("Admin"), PASSWORD);
    await db.pool.query("INSERT INTO crm.leads (last_name, company_name) VALUES ('Lea', 'Acme')");
    const worker = await startWorker({
      url: db.url,
      log: createLog("silent"),
      pollSeconds: 0.5,
      foldSeconds: 60,
    });
    try {
      const runs = () =>
        count("SELECT count(*) FROM ops.refresh_runs WHERE mart = 'lead_conversion'");
      const before = await runs();
      expect(await (await visitor.get("/status")).text()).to.include("Refresh now");
      const answer = await visitor.post("/status/refresh", { mart: "lead_conversion" });
      expect(answer.status).to.equal(303);
      await waitUntil(
        db.pool,
        `SELECT count(*) > ${before} FROM ops.refresh_runs WHERE mart = 'lead_conversion' AND status = 'succeeded'`,
      );
    } finally {
      await worker.stop();
    }
    const { rows } = await db.pool.query(
      "SELECT actor_user_id, subject FROM ops.audit_events WHERE kind = 'refresh_requested'",
    );
    expect(rows).to.deep.equal([{ actor_user_id: admin, subject: "lead_conversion" }]);
    const unknown = await visitor.post("/status/refresh", { mart: "crm.users" });
    expect(unknown.status).to.equal(404);
  });

  it("offers no refresh to who may not, and takes none from them", async () => {
    await addAccount(db.pool, "Manager", "Sales Manager");
    const visitor = createVisitor(web.url);
    await visitor.signIn(emailOf("Manager"), PASSWORD);
    expect(await (await visitor.get("/status")).text()).not.to.include("Refresh now");
    const answer = await visitor.post("/status/refresh", { mart: "lead_conversion" });
    expect(answer.status).to.equal(403);
    expect(await answer.text()).to.include("job:run");
    expect(await count("SELECT count(*) FROM ops.refresh_requests")).to.equal(0);
  });
});
