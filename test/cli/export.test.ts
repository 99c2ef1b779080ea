import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { addAccount, emailOf } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addDeal, addSales } from "../support/sales.ts";
import { runTidemark, startTidemark } from "../support/tidemark.ts";
import { waitUntil } from "../support/wait.ts";

describe("export", () => {
  let db: TestDatabase;
  let folder: string;
  let out: string;

  before(async () => {
    db = await createTestDatabase();
    await addSales(db.pool);
    const nobody = await addAccount(db.pool, "Dee", "Sales Representative");
    await addDeal(db.pool, { owner: nobody, close: "2026-11-12" });
    await refreshMarts(db.pool);
    folder = mkdtempSync(join(tmpdir(), "tidemark-export-"));
    out = join(folder, "deals.csv");
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await db.drop();
  });
  const command = (...more: string[]) => [
    "export",
    "opportunities",
    "--param",
    "period=all",
    ...more,
  ];
  const run = (...more: string[]) => runTidemark(command(...more), { DATABASE_URL: db.url });
  const lines = () => readFileSync(out, "utf8").trimEnd().split("\r\n").length - 1;
  const entries = async () =>
    (await db.pool.query("SELECT * FROM ops.exports ORDER BY started_at DESC")).rows;

  it("writes a whole file, which the ledger knows", async () => {
    const { code, stdout, stderr } = await run("--format", "csv", "--out", out);
    expect(code, stderr).to.equal(0);
    const sha256 = createHash("sha256").update(readFileSync(out)).digest("hex");
    const [entry] = await entries();
    expect(entry).to.include({ means: "cli", state: "completed", query: "period=all" });
    expect(stdout).to.equal(`${lines()} rows in ${out}; export ${entry.id}, SHA-256 ${sha256}\n`);
    expect(entry.sha256.toString("hex")).to.equal(sha256);
    expect(readdirSync(folder)).to.deep.equal(["deals.csv"]);
  });

  it("writes the rows that a person sees", async () => {
    const all = lines();
    const { code, stderr } = await run("--format", "csv", "--out", out, "--as", emailOf("Dee"));
    expect(code, stderr).to.equal(0);
    expect(lines()).to.equal(1).and.to.be.lessThan(all);
  });

  it("leaves what was there, and nothing else, where it cannot be whole", async () => {
    writeFileSync(out, "before");
    const failed = async (...more: string[]) => {
      const { code, stderr } = await run(...more);
      expect(readFileSync(out, "utf8")).to.equal("before");
      expect(readdirSync(folder)).to.deep.equal(["deals.csv"]);
      return { code, stderr };
    };
    expect(await failed("--format", "csv", "--out", out, "--param", "mood=good")).to.include({
      code: 1,
    });
    expect((await failed("--format", "pdf", "--out", out)).code).to.equal(2);
    expect((await failed("--format", "csv", "--out", join(folder, "no", "x"))).code).to.equal(2);
    expect((await failed("--format", "csv", "--out", out, "--as", "x@example.com")).code).to.equal(
      1,
    );
  });

  it("fails where the disk is full, and says so in the ledger", async function () {
    if (!existsSync("/dev/full")) return this.skip();
    const { code, stdout, stderr } = await run("--format", "csv", "--out", "/dev/full");
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: "" });
    expect(stderr).to.include("no space left on device");
    expect((await entries())[0]).to.include({ state: "aborted", reason: "disk_full" });
  });

  it("leaves no half behind when it is interrupted", async () => {
    const before = readdirSync(folder);
    const locked = await db.pool.connect();
    try {
      await locked.query("BEGIN; LOCK TABLE ops.exports IN EXCLUSIVE MODE");
      const running = startTidemark(
        command("--format", "ndjson", "--out", join(folder, "half.ndjson")),
        { DATABASE_URL: db.url },
      );
      await waitUntil(
        db.pool,
        "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'INSERT INTO ops.exports%' AND wait_event_type = 'Lock'",
      );
      expect(readdirSync(folder)).to.have.length(before.length + 1);
      running.signalGroup("SIGINT");
      expect(await running.exited).to.equal(130);
      expect(readdirSync(folder)).to.deep.equal(before);
    } finally {
      await locked.query("ROLLBACK");
      locked.release();
    }
  });

  const EXPORTING =
    "pg_stat_activity WHERE datname = current_database() AND application_name = 'tidemark exports'";

  it("fails with the database, and leaves no file", async () => {
    const before = readdirSync(folder);
    const locked = await db.pool.connect();
    try {
      // Holds the export up at its first row.
      await locked.query("BEGIN; REFRESH MATERIALIZED VIEW mart.sales_dashboard");
      const lost = join(folder, "lost.ndjson");
      const running = startTidemark(command("--format", "ndjson", "--out", lost), {
        DATABASE_URL: db.url,
      });
      await waitUntil(
        db.pool,
        `SELECT count(*) > 0 FROM ${EXPORTING} AND wait_event_type = 'Lock'`,
      );
      await db.pool.query(`SELECT pg_terminate_backend(pid) FROM ${EXPORTING}`);
      expect(await running.exited).to.equal(1);
      expect(running.stderr()).to.include("database_lost");
      expect(readdirSync(folder)).to.deep.equal(before);
    } finally {
      await locked.query("ROLLBACK");
      locked.release();
    }
  });

  it("is whole once its rows are there, whatever becomes of the session that read them", async () => {
    const whole = join(folder, "whole.ndjson");
    const locked = await db.pool.connect();
    try {
      // Holds the export up with all of its few rows read.
      await locked.query("BEGIN; LOCK TABLE ops.exports IN EXCLUSIVE MODE");
      const running = startTidemark(command("--format", "ndjson", "--out", whole), {
        DATABASE_URL: db.url,
      });
      await waitUntil(
        db.pool,
        `SELECT count(*) = 1 FROM ${EXPORTING} AND state = 'idle in transaction' AND query LIKE 'COPY%'`,
      );
      await db.pool.query(`SELECT pg_terminate_backend(pid) FROM ${EXPORTING}`);
      await locked.query("ROLLBACK");
      expect(await running.exited, running.stderr()).to.equal(0);
      expect(readFileSync(whole, "utf8").trimEnd().split("\n").length).to.equal(
        Number((await entries())[0].announced_rows),
      );
      expect((await entries())[0]).to.include({ state: "completed" });
    } finally {
      locked.release();
    }
  });
});
