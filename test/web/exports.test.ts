import { expect } from "chai";
import { type Format, formats } from "../../src/render/formats.ts";
import { tableSection } from "../../src/reports/define.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createReportFolder, type ReportFolder } from "../support/folder.ts";
import { refreshMarts } from "../support/marts.ts";
import { rejection } from "../support/refusal.ts";
import { waitUntil } from "../support/wait.ts";
import { startWeb, type WebServer } from "../support/web.ts";
import { readSheet } from "../support/workbook.ts";

const ROWS = 200_000;
/** What is compressed is small, and all of it on its way at once. */
const PLAIN = { "Accept-Encoding": "identity" };

const column = (key: string, type: "count" | "text") =>
  ({ key, label: key, type, definition: "As the test needs it." }) as const;
const wide = tableSection({
  key: "rows",
  title: "Rows",
  about: "Rows.",
  empty: "None.",
  main: true,
  query: "rows.sql",
  columns: [column("n", "count"), column("filler", "text")],
});

describe("exports", () => {
  let db: TestDatabase;
  let folder: ReportFolder;
  let web: WebServer;

  before(async () => {
    db = await createTestDatabase();
    await refreshMarts(db.pool);
    folder = createReportFolder();
    folder.add("many", `SELECT n FROM generate_series(1, ${ROWS}) AS n`);
    folder.add("breaks", `SELECT 1 / (${ROWS} - n) AS n FROM generate_series(1, ${ROWS}) AS n`);
    folder.add("broken", "SELECT 1 / (:period_days - :period_days) AS n");
    folder.add("slow", "SELECT n FROM generate_series(1, 100000) AS n, pg_sleep(0.2 + 0 * n)");
    folder.add(
      "wide",
      "SELECT n, repeat('x', 10000) AS filler FROM generate_series(1, 20000) AS n",
      {
        sections: [wide],
      },
    );
    folder.add("setup", "SELECT (current_setting('jit') = 'off')::int AS n");
    folder.add("nulls", "SELECT n FROM (VALUES (1), (NULL), (3)) AS v (n)");
    web = await startWeb(db.pool, { reportsFolder: folder.path });
  });
  after(async () => {
    await web.close();
    folder.remove();
    await db.drop();
  });

  const running =
    "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'";

  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const read: Record<Format, (bytes: Uint8Array) => unknown[]> = {
    csv: (bytes) => text(bytes).trimEnd().split("\r\n").slice(1),
    json: (bytes) => (JSON.parse(text(bytes)) as { n: number }[]).map((row) => String(row.n)),
    ndjson: (bytes) =>
      text(bytes)
        .trimEnd()
        .split("\n")
        .map((line) => String(JSON.parse(line).n)),
    xlsx: (bytes) =>
      readSheet(bytes)
        .slice(1)
        .map(([cell]) => cell?.value),
  };

  it("are complete, and can be held against their count", async () => {
    for (const format of formats) {
      const response = await web.get(`/reports/many.${format}`);
      expect(response.headers.get("x-row-count")).to.equal(String(ROWS));
      const numbers = read[format](new Uint8Array(await response.arrayBuffer()));
      expect(numbers.length).to.equal(ROWS);
      expect(new Set(numbers).size).to.equal(ROWS);
    }
  });

  it("have what a page has to cut, and the page says so", async () => {
    const page = await (await web.get("/reports/many")).text();
    expect(page).to.include("Rows 1 to 100 of 200,000.");
    expect(page).to.include('value="100"').and.not.include('value="101"');
  });

  it("have the type, name and caching of what they are", async () => {
    const csv = await web.get("/reports/nulls.csv?period=last_month");
    expect(csv.headers.get("content-type")).to.equal("text/csv; charset=utf-8; header=present");
    expect(csv.headers.get("content-disposition")).to.match(
      /^attachment; filename="nulls October 2026 \d{4}-\d\d-\d\d\.csv"$/,
    );
    expect(await csv.text()).to.equal("n\r\n1\r\n\r\n3\r\n");
    const json = await web.get("/reports/nulls.json");
    expect(json.headers.get("content-type")).to.equal("application/json; charset=utf-8");
    expect(await json.json()).to.deep.equal([{ n: 1 }, { n: null }, { n: 3 }]);
  });

  it("break the connection when a row fails, and so never look complete", async () => {
    for (const format of formats) {
      const response = await web.get(`/reports/breaks.${format}`);
      expect(response.status).to.equal(200);
      expect((await rejection(response.text())).message).to.equal("terminated");
    }
    await waitUntil(db.pool, running);
  });

  it("say so in one shape when they fail before the first row", async () => {
    const response = await web.get("/reports/broken.csv");
    expect(response.status).to.equal(500);
    expect(response.headers.get("content-disposition")).to.equal(null);
    expect(await response.json()).to.deep.equal({
      error: {
        code: "internal",
        message: "Something went wrong on our side. It has been logged.",
      },
    });
  });

  it("stop their query when the client goes away, while it counts and while it sends", async () => {
    const gone = new AbortController();
    const waiting = rejection(web.get("/reports/slow.csv", { signal: gone.signal }));
    await waitUntil(
      db.pool,
      "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()",
    );
    gone.abort();
    await waiting;
    await waitUntil(db.pool, running);

    const half = new AbortController();
    const response = await web.get("/reports/many.csv", { signal: half.signal });
    await response.body?.getReader().read();
    half.abort();
    await waitUntil(db.pool, running);
    expect((await web.get("/reports/nulls.csv")).status).to.equal(200);
  });

  it("wait for a slow reader instead of filling the memory", async () => {
    const response = await web.get("/reports/wide.json", { headers: PLAIN });
    const reader = response.body?.getReader();
    await reader?.read();
    // 200 MB that nobody reads: a second after it began, the server waits to write more of it.
    await waitUntil(
      db.pool,
      `SELECT count(*) = 1 FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event = 'ClientWrite'
         AND query_start < clock_timestamp() - interval '1 second'`,
    );
    await reader?.cancel();
    await waitUntil(db.pool, running);
  });

  it("leave pages their sessions, however many of them crawl", async () => {
    const leave = new AbortController();
    const crawling = Array.from({ length: 12 }, () =>
      web.get("/reports/wide.json", { headers: PLAIN, signal: leave.signal }).catch(() => {}),
    );
    // All four places, each waiting to write more.
    await waitUntil(
      db.pool,
      "SELECT count(*) = 4 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'ClientWrite'",
    );
    expect((await web.get("/reports/nulls")).status).to.equal(200);
    leave.abort();
    await Promise.all(crawling);
    await waitUntil(db.pool, running);
  });

  it("are not compiled, which would take longer than reading them", async () => {
    expect(await (await web.get("/reports/setup.json")).json()).to.deep.equal([{ n: 1 }]);
  });

  it("answer HEAD with the headers alone", async () => {
    const response = await web.get("/reports/many.csv", { method: "HEAD" });
    expect(response.status).to.equal(200);
    expect(response.headers.get("x-row-count")).to.equal(String(ROWS));
    expect(await response.text()).to.equal("");
    await waitUntil(db.pool, running);
  });

  it("take numbers=string for JSON only", async () => {
    expect((await web.get("/reports/nulls.csv?numbers=string")).status).to.equal(400);
    expect((await web.get("/reports/nulls.json?numbers=text")).status).to.equal(400);
    const response = await web.get("/reports/nulls.json?numbers=string");
    expect(await response.json()).to.deep.equal([{ n: "1" }, { n: null }, { n: "3" }]);
  });
});
