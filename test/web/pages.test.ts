import { expect } from "chai";
import { createPool } from "../../src/db/pool.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addSales } from "../support/sales.ts";
import { startWeb, type WebServer } from "../support/web.ts";

describe("pages", () => {
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

  const html = async (path: string) => (await web.get(path)).text();

  it("begin at the catalogue", async () => {
    const response = await web.get("/");
    expect([response.status, response.headers.get("location")]).to.deep.equal([302, "/reports"]);
    expect(await html("/reports")).to.include("Will we make the quarter, and who is carrying it?");
  });

  it("load nothing from elsewhere and run nothing inline", async () => {
    const response = await web.get("/reports/sales-dashboard");
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).to.include("default-src 'none'").and.not.include("unsafe");
    const page = await response.text();
    expect(page).not.to.match(/<script(?![^>]* src="\/assets\/)/);
    expect(page).not.to.match(/ style=| on[a-z]+=|https?:\/\//);
    for (const [, url = ""] of page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
      const asset = await web.get(url);
      expect(asset.status, url).to.equal(200);
      expect(asset.headers.get("cache-control"), url).to.include("immutable");
    }
  });

  it("write names as text, never as markup", async () => {
    const page = await html("/reports/sales-dashboard?team=South%20%3C%26%3E");
    expect(page).to.include("South &lt;&amp;&gt;").and.not.include("South <&>");
    const wrong = await html("/reports/sales-dashboard?team=%3Cscript%3Ealert(1)%3C/script%3E");
    expect(wrong).to.include("&lt;script&gt;").and.not.include("<script>alert");
  });

  it("say in their filters what is in force, and keep it in every link", async () => {
    const page = await html("/reports/sales-dashboard?team=North&period=last_quarter");
    expect(page).to.match(/<span class="name">Team<\/span> <span class="value">North<\/span>/);
    expect(page).to.match(/<span class="value">Q3 2026<\/span>/);
    expect(page).to.include(
      'href="/reports/sales-dashboard.csv?period&#x3D;last_quarter&amp;team&#x3D;North"',
    );
    expect(page).to.include(
      'href="/reports/sales-dashboard?period&#x3D;last_quarter&amp;team&#x3D;North&amp;owner&#x3D;',
    );
  });

  it("say under a chart what it compares with, and only what there is", async () => {
    const about = async (query: string) => {
      const html = await (await web.get(`/reports/sales-dashboard?${query}`)).text();
      return />(Against [^<]*|Day by day)<\/p>/.exec(html)?.[1];
    };
    expect(await about("")).to.equal("Against quota and FY2026 Q3, same 52 days");
    expect(await about("compare=none")).to.equal("Against quota");
    expect(await about("period=2026-10-02..2026-10-09&compare=none")).to.equal("Against quota");
    expect(await about("period=all&compare=none")).to.equal("Day by day");
  });

  it("turn the filter form into the short address of its state", async () => {
    const sent = async (query: string) => {
      const response = await web.get(`/reports/sales-dashboard?${query}`);
      expect(response.status, query).to.equal(303);
      return response.headers.get("location");
    };
    const rest = "&compare=previous&currency=USD";
    const path = "/reports/sales-dashboard";
    expect(await sent(`period=fiscal_quarter&from=&to=${rest}`)).to.equal(path);
    expect(
      await sent(`period=last_month&from=2026-10-01&to=2026-12-31&team=North${rest}`),
    ).to.equal(`${path}?period=last_month&team=North`);
    expect(await sent(`period=range&from=2026-01-01&to=2026-01-31${rest}`)).to.equal(
      `${path}?period=2026-01-01..2026-01-31`,
    );
    expect((await web.get(`${path}?period=range&from=&to=2026-01-31`)).status).to.equal(400);
  });

  it("take today from the business zone", async () => {
    const share = async (timeZone: string) => {
      const there = await startWeb(db.pool, { timeZone });
      try {
        const rows = await (
          await there.get("/reports/sales-dashboard.json?section=summary")
        ).json();
        return (rows as { period_share: number }[])[0]?.period_share;
      } finally {
        await there.close();
      }
    };
    // Noon in London on the 52nd of 92 days is already the 53rd in Auckland.
    expect(await share("Europe/London")).to.equal(0.565217);
    expect(await share("Pacific/Auckland")).to.equal(0.576087);
  });

  it("say how fresh they are", async () => {
    const page = await html("/reports/sales-dashboard");
    expect(page).to.match(/<\/span>Live<span data-read-in="UTC">/);
    expect(page).not.to.match(/(as|As) of <time/);
    const outcomes = await html("/reports/signal-outcomes");
    expect(outcomes).to.match(
      />Live<.*; quartile cut points as of <time datetime="2\d{3}-[^"]+Z">/,
    );
  });

  it("worry nobody about a refresh that failed, unless they show what it should have made", async () => {
    const fail = (mart: string) =>
      db.pool.query(
        `INSERT INTO ops.refresh_runs (mart, kind, status, finished_at, error_message, worker)
         VALUES ($1, 'concurrent', 'failed', now(), 'No room', 'test')`,
        [mart],
      );
    for (const mart of ["sales_dashboard", "signal_outcomes"]) await fail(mart);
    for (const path of ["/reports/sales-dashboard", "/reports/signal-outcomes"])
      expect(await html(path)).not.to.include("failed");
    await fail("signal_cut_points");
    expect(await html("/reports/sales-dashboard")).not.to.include("failed");
    expect(await html("/reports/signal-outcomes")).to.include(
      "The last refresh of the quartile cut points failed, so they are older than they should be.",
    );
  });

  it("answer what is not there, not allowed or not understood with a page that leads on", async () => {
    const check = async (path: string, status: number, words: string, init?: RequestInit) => {
      const response = await web.get(path, init);
      expect(response.status, path).to.equal(status);
      expect(response.headers.get("content-type")).to.include("text/html");
      const page = await response.text();
      expect(page).to.include(words).and.include('href="/reports"').and.not.include("node_modules");
      return response;
    };
    await check("/nowhere", 404, "There is nothing at /nowhere.");
    await check("/reports/ghost", 404, "There is no report &quot;ghost&quot;.");
    await check("/reports/sales-dashboard.doc", 404, "There is no report");
    await check("/reports/constructor", 404, "There is no report");
    await check("/reports/%E0%A4%A", 400, "cannot be read.");
    await check("/reports/sales-dashboard?mood=good", 400, "is not a parameter");
    const refused = await check("/reports", 405, "only GET", { method: "POST" });
    expect(refused.headers.get("allow")).to.equal("GET, HEAD");
  });

  it("answer programs in one JSON shape", async () => {
    const response = await web.get("/reports/ghost.json");
    expect(response.status).to.equal(404);
    expect(await response.json()).to.deep.equal({
      error: { code: "not_found", message: 'There is no report "ghost".' },
    });
    const refused = await web.get("/reports/sales-dashboard.csv", { method: "DELETE" });
    expect(refused.status).to.equal(405);
    expect(((await refused.json()) as { error: object }).error).to.include({
      code: "method_not_allowed",
    });
  });

  it("say that they live, and that they are ready", async () => {
    expect(await (await web.get("/healthz")).json()).to.deep.equal({ status: "ok" });
    expect(await (await web.get("/readyz")).json()).to.deep.equal({ status: "ready" });
  });

  it("are not ready before the marts are filled, and say so", async () => {
    const fresh = await createTestDatabase();
    const other = await startWeb(fresh.pool);
    try {
      const ready = await other.get("/readyz");
      expect(ready.status).to.equal(503);
      expect(((await ready.json()) as { reason: string }).reason).to.match(/^Not filled yet: /);
      const page = await other.get("/reports/sales-dashboard.json");
      expect(page.status).to.equal(503);
      expect(((await page.json()) as { error: object }).error).to.include({
        code: "not_filled_yet",
      });
    } finally {
      await other.close();
      await fresh.drop();
    }
  });

  it("say that the database is away, without saying where it is", async () => {
    const pool = createPool("postgres://nobody:secret@127.0.0.1:1/none", { name: "test" });
    const other = await startWeb(pool);
    try {
      expect((await other.get("/healthz")).status).to.equal(200);
      expect((await other.get("/readyz")).status).to.equal(503);
      const response = await other.get("/reports/sales-dashboard");
      expect(response.status).to.equal(503);
      expect(response.headers.get("retry-after")).to.equal("10");
      expect(await response.text())
        .to.include("cannot be reached")
        .and.not.include("secret");
    } finally {
      await other.close();
      await pool.end();
    }
  });
});
