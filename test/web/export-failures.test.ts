import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import type pg from "pg";
import { createPool } from "../../src/db/pool.ts";
import { tableSection } from "../../src/reports/define.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createReportFolder, type ReportFolder } from "../support/folder.ts";
import { refreshMarts } from "../support/marts.ts";
import { waitUntil } from "../support/wait.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const ROWS = 5_000;
/** What is compressed is small, and all of it on its way at once. */
const PLAIN = { "Accept-Encoding": "identity" };
const SESSIONS =
  "pg_stat_activity WHERE datname = current_database() AND application_name = 'tidemark exports'";
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

/** What breaks downloads, done to real ones: nobody may take what they have for a whole. */
describe("exports that break off", () => {
  let db: TestDatabase;
  let folder: ReportFolder;
  let web: WebServer;
  let logged = "";
  const children = new Set<ChildProcess>();

  before(async () => {
    db = await createTestDatabase();
    await refreshMarts(db.pool);
    folder = createReportFolder();
    const filler = `SELECT n, repeat('x', 10000) AS filler FROM generate_series(1, ${ROWS}) AS n`;
    folder.add("wide", filler, { sections: [wide] });
    folder.add("few", "SELECT n FROM generate_series(1, 3) AS n");
    // Counting rows does not wait, as nobody looks at the value.
    await db.pool.query(`
      CREATE FUNCTION stats.wait(n integer) RETURNS text LANGUAGE plpgsql STABLE AS $$
        BEGIN PERFORM pg_sleep(60); RETURN n::text; END $$;
      GRANT EXECUTE ON FUNCTION stats.wait TO tidemark_reader`);
    const halting = `SELECT n, CASE WHEN n = 4000 THEN stats.wait(n) ELSE repeat('x', 10000) END AS filler
      FROM generate_series(1, ${ROWS}) AS n`;
    folder.add("halts", halting, { sections: [wide] });
    folder.add("miscounted", "SELECT n FROM generate_series(1, 3) AS n", {
      sections: [
        tableSection({ ...wide, columns: [column("n", "count")], countQuery: "four.sql" }),
      ],
    });
    writeFileSync(join(folder.path, "miscounted", "four.sql"), "SELECT 4 AS row_count");
    web = await startWeb(db.pool, {
      reportsFolder: folder.path,
      logTo: new Writable({
        write(line, _encoding, done) {
          logged += line;
          done();
        },
      }),
      exports: { most: 20, patience: { reader: 1_500 } },
    });
  });
  afterEach(() => {
    for (const child of children) child.kill("SIGKILL");
    children.clear();
  });
  after(async () => {
    await web.close();
    folder.remove();
    await db.drop();
  });

  /** curl, as scripts use it: at most so many bytes a second, the rest waits. */
  function curl(path: string, ...more: string[]) {
    const child = spawn("curl", [
      "--silent",
      "--show-error",
      "--fail",
      "--output",
      "/dev/null",
      "--header",
      `Authorization: ${web.authorization}`,
      ...more,
      web.url + path,
    ]);
    children.add(child);
    return { child, exit: once(child, "close").then(([code]) => code as number) };
  }

  const exportsOf = async (state: string) =>
    (
      await db.pool.query(
        "SELECT * FROM ops.exports WHERE state = $1 ORDER BY started_at DESC LIMIT 30",
        [state],
      )
    ).rows;
  const idle = () => waitUntil(db.pool, `SELECT count(*) = 0 FROM ${SESSIONS} AND state <> 'idle'`);
  const writing = () =>
    waitUntil(
      db.pool,
      `SELECT count(*) = 1 FROM ${SESSIONS} AND query LIKE 'COPY%' AND wait_event = 'ClientWrite'
       AND EXISTS (SELECT FROM ops.exports WHERE state = 'running')`,
    );
  const became = (reason: string) =>
    waitUntil(db.pool, `SELECT count(*) = 1 FROM ops.exports WHERE reason = '${reason}'`);
  const forget = () => db.pool.query("DELETE FROM ops.exports");
  beforeEach(forget);

  it("do not: curl says that all went well, and the ledger has the same file", async () => {
    const response = await web.get("/reports/wide.csv");
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.status).to.equal(200);
    const [entry] = await exportsOf("completed");
    expect(entry).to.include({
      id: response.headers.get("x-export-id"),
      report: "wide",
      section: "rows",
      format: "csv",
      means: "token",
      announced_rows: String(ROWS),
      written_rows: String(ROWS),
      bytes: String(bytes.length),
    });
    expect(entry.sha256.toString("hex")).to.equal(createHash("sha256").update(bytes).digest("hex"));
  });

  it("do not when they are compressed either, and are the same file", async () => {
    for (const encoding of ["gzip", "br", "zstd", "identity"]) {
      const header = `Accept-Encoding: ${encoding}`;
      expect(await curl("/reports/few.csv", "--header", header).exit).to.equal(0);
    }
    const hashes = (await exportsOf("completed")).map(({ sha256 }) => sha256.toString("hex"));
    expect(hashes).to.have.length(4);
    expect(new Set(hashes).size).to.equal(1);
  });

  for (const encoding of ["identity", "gzip"])
    for (const format of ["csv", "ndjson", "json", "xlsx"])
      it(`with their session: ${format}, ${encoding}`, async () => {
        const { exit } = curl(
          `/reports/halts.${format}`,
          "--header",
          `Accept-Encoding: ${encoding}`,
        );
        await waitUntil(db.pool, `SELECT count(*) = 1 FROM ${SESSIONS} AND wait_event = 'PgSleep'`);
        await db.pool.query(
          `SELECT pg_terminate_backend(pid) FROM ${SESSIONS} AND state <> 'idle'`,
        );
        expect(await exit).not.to.equal(0);
        await became("database_lost");
      });

  it("when they have other rows than announced, and the log says so", async () => {
    expect(await curl("/reports/miscounted.csv").exit).not.to.equal(0);
    await waitUntil(db.pool, "SELECT count(*) = 1 FROM ops.exports WHERE state = 'aborted'");
    expect((await exportsOf("aborted"))[0].reason).not.to.equal("client_gone");
    // The log comes last.
    while (!logged.includes("an export of 4 rows has 3")) await delay(10);
  });

  it("when somebody cancels their query", async () => {
    const { exit } = curl("/reports/wide.ndjson", "--limit-rate", "20M");
    await writing();
    await db.pool.query(
      `SELECT pg_cancel_backend(pid) FROM ${SESSIONS} AND query LIKE 'COPY%' AND state = 'active'`,
    );
    expect(await exit).not.to.equal(0);
    await became("query_cancelled");
  });

  it("when the client goes away, and their query ends within two seconds", async () => {
    const { child } = curl("/reports/wide.csv", "--limit-rate", "10k");
    await writing();
    child.kill("SIGKILL");
    const began = performance.now();
    await idle();
    expect(performance.now() - began).to.be.lessThan(2_000);
    await became("client_gone");
    const [entry] = await exportsOf("aborted");
    expect(Number(entry.written_rows)).to.be.within(1, ROWS - 1);
    expect(entry.sha256).to.equal(null);
  });

  it("when nobody reads them, which holds no snapshot for ever", async () => {
    const response = await web.get("/reports/wide.csv", { headers: PLAIN });
    const reader = response.body?.getReader();
    await reader?.read();
    await became("reader_stalled");
    await idle();
    await reader?.cancel().catch(() => {});
  });

  it("but not when they are read slowly", async () => {
    // Longer than a reader may keep the server waiting, a piece at a time.
    const { exit } = curl("/reports/wide.csv?period=last_month", "--limit-rate", "20M");
    await writing();
    // Whoever looks meanwhile finds it under way, and not lost.
    const [entry] = (await (await web.get("/exports.json")).json()) as { state: string }[];
    expect(entry?.state).to.equal("running");
    expect(await exit).to.equal(0);
    expect(await exportsOf("completed")).to.have.length(1);
  });

  it("and leave pages their sessions when twenty stall", async () => {
    const leave = new AbortController();
    const stalled = Array.from({ length: 20 }, async () => {
      const response = await web.get("/reports/wide.ndjson", {
        headers: PLAIN,
        signal: leave.signal,
      });
      await response.body?.getReader().read();
    });
    await Promise.all(stalled);
    const began = performance.now();
    expect((await web.get("/reports/few")).status).to.equal(200);
    expect(performance.now() - began).to.be.lessThan(2_000);
    leave.abort();
    await idle();
  });

  it("and ask the next ones to come again, where enough are waiting", async () => {
    const small = await startWeb(db.pool, { reportsFolder: folder.path, exports: { most: 1 } });
    try {
      const leave = new AbortController();
      const asked = Array.from({ length: 6 }, () =>
        small.get("/reports/wide.csv", { headers: PLAIN, signal: leave.signal }).then(
          (response) => response,
          () => undefined,
        ),
      );
      const refused = await Promise.race(
        asked.map(async (one) => {
          const response = await one;
          return response?.status === 503 ? response : new Promise<Response>(() => {});
        }),
      );
      expect(refused.headers.get("retry-after")).to.equal("10");
      expect(((await refused.json()) as { error: object }).error).to.include({
        code: "exports_busy",
      });
      leave.abort();
      await Promise.all(asked);
    } finally {
      await small.close();
    }
  });
});

describe("an export whose process is killed", () => {
  it("is known to be none, as soon as somebody looks", async () => {
    const db = await createTestDatabase();
    let other: pg.Pool | undefined;
    try {
      const { closeLost, lockOf, openEntry } = await import("../../src/access/export-ledger.ts");
      const opening = {
        maker: {
          actor: { userId: null, name: "x", means: "token", address: null },
          tokenId: null,
          shareLinkId: null,
        },
        report: "few",
        section: "rows",
        format: "csv",
        dialect: null,
        query: "",
        dataAsOf: "2026-11-21T00:00:00Z",
        announcedRows: 3,
      } as const;
      const [held, lost] = [
        "5b3f5b3f-0000-4000-8000-000000000001",
        "5b3f5b3f-0000-4000-8000-000000000002",
      ];
      for (const id of [held, lost]) await openEntry(db.pool, { id, ...opening });
      other = createPool(db.url, { name: "exports" });
      const session = await other.connect();
      await session.query("BEGIN");
      await session.query(`SELECT pg_advisory_xact_lock(${lockOf("$1::text")})`, [held]);
      expect(await closeLost(db.pool)).to.equal(1);
      const { rows } = await db.pool.query("SELECT id, state, reason FROM ops.exports ORDER BY id");
      expect(rows).to.deep.equal([
        { id: held, state: "running", reason: null },
        { id: lost, state: "aborted", reason: "process_gone" },
      ]);
      session.release(new Error("over"));
    } finally {
      await other?.end();
      await db.drop();
    }
  });
});
