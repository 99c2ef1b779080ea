import { expect } from "chai";
import { formats } from "../../src/render/formats.ts";
import { addAccount } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createReportFolder, type ReportFolder } from "../support/folder.ts";
import { refreshMarts } from "../support/marts.ts";
import { rejection } from "../support/refusal.ts";
import { waitUntil } from "../support/wait.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const ROWS = 200_000;

describe("the trail of exports", () => {
  let db: TestDatabase;
  let folder: ReportFolder;
  let web: WebServer;
  let ann: string;

  before(async () => {
    db = await createTestDatabase();
    await refreshMarts(db.pool);
    folder = createReportFolder();
    folder.add("few", "SELECT n FROM (VALUES (1), (2), (3)) AS v (n)");
    folder.add("none", "SELECT 1 AS n WHERE false");
    folder.add("many", `SELECT n FROM generate_series(1, ${ROWS}) AS n`);
    folder.add("breaks", `SELECT 1 / (${ROWS} - n) AS n FROM generate_series(1, ${ROWS}) AS n`);
    folder.add("broken", "SELECT 1 / (:period_days - :period_days) AS n");
    ann = await addAccount(db.pool, "Ann");
    web = await startWeb(db.pool, { reportsFolder: folder.path, userId: ann });
  });
  after(async () => {
    await web.close();
    folder.remove();
    await db.drop();
  });

  let seen = 0;
  beforeEach(async () => {
    seen = Number((await db.pool.query("SELECT max(id) AS id FROM ops.audit_events")).rows[0].id);
  });
  const written = async () =>
    (
      await db.pool.query(
        "SELECT * FROM ops.audit_events WHERE id > $1 AND kind = 'export' ORDER BY id",
        [seen],
      )
    ).rows;

  it("says who had which rows, as what, and how many", async () => {
    for (const format of formats) {
      const query = "period=last_month&section=rows";
      await (await web.get(`/reports/few.${format}?${query}`)).text();
      const event = (await written()).at(-1);
      expect(event).to.include({
        actor_user_id: ann,
        actor_name: "Ann",
        means: "token",
        address: "127.0.0.1",
        subject: "few/rows",
      });
      const { export: id, ...details } = event.details;
      expect(details).to.deep.equal({ format, query, rows: 3, complete: true });
      expect(id).to.match(/^[0-9a-f-]{36}$/);
    }
    await (await web.get("/reports/none.csv")).text();
    expect((await written()).at(-1).details).to.include({ query: "", rows: 0, complete: true });
    await (await web.get("/reports/many.json")).text();
    expect((await written()).at(-1).details).to.include({ rows: ROWS, complete: true });
    expect(await written()).to.have.length(formats.length + 2);
  });

  it("is written before the last byte has left", async () => {
    await (await web.get("/reports/many.csv")).text();
    expect(await written()).to.have.length(1);
  });

  it("has what broke off, with the rows that may have left", async () => {
    expect((await rejection((await web.get("/reports/breaks.csv")).text())).message).to.equal(
      "terminated",
    );
    // The reader knows first.
    await waitUntil(db.pool, `SELECT count(*) = 1 FROM ops.audit_events WHERE id > ${seen}`);
    const [failed] = await written();
    expect(failed.details).to.include({ complete: false });
    expect(failed.details.rows).to.be.within(1000, ROWS - 1);

    const half = new AbortController();
    const response = await web.get("/reports/many.csv", { signal: half.signal });
    await response.body?.getReader().read();
    half.abort();
    await waitUntil(db.pool, `SELECT count(*) = 2 FROM ops.audit_events WHERE id > ${seen}`);
    expect((await written()).at(-1)).to.deep.include({ actor_name: "Ann", subject: "many/rows" });
    expect((await written()).at(-1).details).to.include({ complete: false });
  });

  it("has nothing of what was not sent: headers alone, what the client has, pages, refusals, failures", async () => {
    const first = await web.get("/reports/few.csv");
    await first.text();
    seen = Number((await written())[0].id);
    const ask = async (path: string, init: RequestInit = {}) => {
      const answer = await web.get(path, init);
      await answer.text();
      return answer.status;
    };
    expect(await ask("/reports/few.csv", { method: "HEAD" })).to.equal(200);
    const known = { "If-None-Match": first.headers.get("etag") ?? "" };
    expect(await ask("/reports/few.csv", { headers: known })).to.equal(304);
    expect(await ask("/reports/few")).to.equal(200);
    expect(await ask("/reports/few.csv?section=other")).to.equal(400);
    expect(await ask("/reports/other.csv")).to.equal(404);
    expect(await ask("/reports/broken.csv")).to.equal(500);
    expect(await written()).to.deep.equal([]);
  });

  it("is no export's to avoid: where it cannot be written, the export breaks off", async () => {
    await db.pool.query("ALTER TABLE ops.audit_events RENAME TO away");
    try {
      const response = await web.get("/reports/few.csv");
      expect((await rejection(response.text())).message).to.equal("terminated");
    } finally {
      await db.pool.query("ALTER TABLE ops.away RENAME TO audit_events");
    }
    expect((await web.get("/reports/few.csv")).status).to.equal(200);
  });
});
