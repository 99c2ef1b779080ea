import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { expect } from "chai";
import { listenOnce } from "../../src/db/server/port.ts";
import { listenTo } from "../support/event-stream.ts";
import { startMailServer } from "../support/mail-server.ts";
import { runSql } from "../support/sql.ts";
import {
  migratedDataDir,
  type Running,
  readAddress,
  runTidemark,
  scratchDataDir,
  serverLog,
  serverPid,
  startNpm,
  startTidemark,
} from "../support/tidemark.ts";
import { createVisitor } from "../support/visitor.ts";

const READY = /^Tidemark is ready at (http:\/\/127\.0\.0\.1:\d+)$/m;

describe("serve", function () {
  // Real processes: on a busy machine they take their time.
  this.timeout(180_000);
  let migrated: Awaited<ReturnType<typeof migratedDataDir>>;
  let dataDir: string;
  let remove: () => Promise<void>;
  const started: Running[] = [];

  before(async () => {
    migrated = await migratedDataDir();
  });
  after(() => migrated?.remove());

  beforeEach(async () => {
    ({ dataDir, remove } = await scratchDataDir());
  });

  afterEach(async () => {
    for (const running of started.splice(0)) {
      if (running.child.exitCode === null && running.child.signalCode === null) {
        running.signalGroup("SIGTERM");
      }
      await running.exited;
    }
    // A test may have killed the one process that would have stopped the server.
    const pid = await serverPid(dataDir);
    if (pid) await runTidemark(["migrate", "status"], { TIDEMARK_DATA_DIR: dataDir });
    await remove();
  });

  const serve = (args: readonly string[] = [], settings = {}) => {
    const running = startTidemark(["serve", ...args], { TIDEMARK_DATA_DIR: dataDir, ...settings });
    started.push(running);
    return running;
  };

  /** Tables without demo data, which takes its time. */
  const migrate = () => migrated.copyTo(dataDir);

  const interrupt = async (running: Running) => {
    running.signalGroup("SIGINT");
    return running.exited;
  };

  it("starts from nothing, and starts again with the same data", async () => {
    const first = serve(["--first-run"]);
    const [, address = ""] = await first.waitFor(READY);
    const visitor = createVisitor(address);
    const entrance = await visitor.get("/");
    expect([entrance.status, entrance.headers.get("location")]).to.deep.equal([303, "/sign-in"]);
    expect((await visitor.signInAsDemo("director")).headers.get("location")).to.equal("/");
    const page = await visitor.get("/reports/sales-dashboard");
    expect(page.status, await page.text()).to.equal(200);
    const count = "SELECT count(*)::int AS deals FROM crm.opportunities";
    const before = await runSql(await readAddress(dataDir), count);
    expect(before).to.deep.equal([{ deals: 5000 }]);
    expect(await interrupt(first)).to.equal(0);

    const began = performance.now();
    const second = serve(["--first-run"]);
    await second.waitFor(READY);
    expect(performance.now() - began, "milliseconds").to.be.lessThan(30_000);
    expect(await runSql(await readAddress(dataDir), count)).to.deep.equal(before);
    expect(await interrupt(second)).to.equal(0);
  });

  it("lets go of the pages that are open at once when it stops", async () => {
    await migrate();
    const email = "ann@example.com";
    const settings = { TIDEMARK_DATA_DIR: dataDir };
    await runTidemark(["user", "add", email, "--role", "Administrator"], settings);
    const password = "correct horse battery";
    await runTidemark(["user", "password", email, "--stdin"], settings, password);
    const running = serve();
    const [, address = ""] = await running.waitFor(READY);
    const visitor = createVisitor(address);
    await visitor.signIn(email, password);
    const page = await listenTo(`${address}/reports/sales-dashboard/changes`, {
      Cookie: visitor.cookies(),
    });
    await page.waitFor(1);
    const start = performance.now();
    const stopping = interrupt(running);
    await page.ended;
    expect(page.response.complete).to.equal(true);
    expect(await stopping).to.equal(0);
    // Those who wait for an answer would have been given longer.
    expect(performance.now() - start).to.be.lessThan(9_000);
    expect(running.stderr()).to.match(/"msg":"open pages stopped".*"msg":"web stopped"/s);
  });

  it("stops the database last, cleanly, when Ctrl-C reaches every process", async () => {
    await migrate();
    const running = serve();
    await running.waitFor(READY);
    const pid = await serverPid(dataDir);
    expect(pid).to.be.a("number");
    expect(await interrupt(running)).to.equal(0);
    const stopped = [...running.stderr().matchAll(/"msg":"(.+) stopped"/g)].map(([, part]) => part);
    expect(stopped.slice(0, 2)).to.deep.equal(["open pages", "web"]);
    expect(stopped.slice(-2)).to.deep.equal(["database connections", "database"]);
    expect(await serverPid(dataDir)).to.equal(undefined);
    expect(await serverLog(dataDir)).to.match(/database system is shut down\n$/);
  });

  it("stops in the same way through npm", async () => {
    await migrate();
    const running = startNpm(["run", "tidemark", "--", "serve"], { TIDEMARK_DATA_DIR: dataDir });
    started.push(running);
    await running.waitFor(READY);
    await interrupt(running);
    expect(running.stderr()).to.contain('"msg":"database stopped"');
    expect(await serverLog(dataDir)).to.match(/database system is shut down\n$/);
  });

  it("leaves nothing behind when it is stopped while it starts", async () => {
    const running = serve(["--first-run"]);
    while (!existsSync(dataDir)) await new Promise((resolve) => setImmediate(resolve));
    expect(await interrupt(running)).to.equal(0);
    expect(running.stdout()).to.equal("");
    expect(await serverPid(dataDir)).to.equal(undefined);
    const left = readdirSync(dataDir);
    expect(left.filter((name) => name.startsWith("postgres.new"))).to.deep.equal([]);
    const again = await runTidemark(["migrate", "up"], { TIDEMARK_DATA_DIR: dataDir });
    expect(again.code, again.stderr).to.equal(0);
  });

  it("leaves no half of the demo data when it is stopped while it loads", async () => {
    await migrate();
    const running = serve(["--first-run"]);
    await running.waitFor(/loading demo data/, "stderr");
    expect(await interrupt(running)).to.equal(0);
    expect(await serverLog(dataDir)).to.match(/database system is shut down\n$/);
    await serve().waitFor(READY);
    const left = await runSql(await readAddress(dataDir), "SELECT FROM crm.users");
    expect(left).to.deep.equal([]);
  });

  it("refuses a data directory that another one serves, and names that process", async () => {
    await migrate();
    const first = serve();
    const [, address = ""] = await first.waitFor(READY);
    const second = await runTidemark(["serve"], { TIDEMARK_DATA_DIR: dataDir });
    expect(second.code).to.equal(1);
    expect(second.stdout).to.equal("");
    expect(second.stderr).to.match(
      /^tidemark: .* is in use by process \d+: .*\(data_dir_in_use\)\n$/,
    );
    expect(second.stderr).to.contain(`process ${first.child.pid}:`);
    expect((await fetch(address)).status).to.be.lessThan(500);
  });

  it("lets one of two first starts win", async () => {
    const both = [serve(["--first-run"]), serve(["--first-run"])];
    const outcomes = await Promise.all(
      both.map((running) => running.waitFor(/loading demo data/, "stderr").catch(() => "lost")),
    );
    expect(outcomes.filter((outcome) => outcome === "lost")).to.have.length(1);
    const loser = both[outcomes.indexOf("lost")];
    expect(await loser?.exited).to.equal(1);
    expect(loser?.stderr()).to.match(/\(data_dir_in_use\)\n$/);
  });

  it("refuses a port in use before it makes anything", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const { code, stderr } = await runTidemark(["serve", "--first-run"], {
      TIDEMARK_DATA_DIR: dataDir,
      PORT: String(port),
    });
    other.close();
    expect(code).to.equal(1);
    expect(stderr).to.match(/^tidemark: Port \d+ on 127\.0\.0\.1 is in use: .*\(port_in_use\)\n$/);
    expect(existsSync(dataDir)).to.equal(false);
  });

  it("refuses tables that are not there and names the command that makes them", async () => {
    const refused = await runTidemark(["serve"], { TIDEMARK_DATA_DIR: dataDir });
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.match(/migrate up" first \(migrations_pending\)\n$/);
    expect(await serverPid(dataDir)).to.equal(undefined);
  });

  it("takes over the database of a process that was killed", async () => {
    await migrate();
    const killed = serve();
    await killed.waitFor(READY);
    const pid = await serverPid(dataDir);
    killed.child.kill("SIGKILL");
    expect(await killed.exited).to.equal("SIGKILL");
    const next = serve();
    await next.waitFor(READY);
    expect(await serverPid(dataDir)).to.equal(pid);
    expect(await interrupt(next)).to.equal(0);
    expect(await serverPid(dataDir)).to.equal(undefined);
  });

  it("ends when its database is killed, and recovers it at the next start", async () => {
    await migrate();
    const first = serve();
    await first.waitFor(READY);
    await runSql(await readAddress(dataDir), "CREATE TABLE crm.kept AS SELECT 1");
    process.kill((await serverPid(dataDir)) ?? 0, "SIGKILL");
    expect(await first.exited).to.equal(1);
    expect(first.stderr()).to.match(/\(database_lost\)\n$/);
    await serve().waitFor(READY);
    expect(await runSql(await readAddress(dataDir), "TABLE crm.kept")).to.have.length(1);
  });

  it("shares its database with other commands, which leave it running", async () => {
    await migrate();
    const running = serve();
    await running.waitFor(READY);
    const pid = await serverPid(dataDir);
    const status = await runTidemark(["migrate", "status"], { TIDEMARK_DATA_DIR: dataDir });
    expect(status.code).to.equal(0);
    expect(await serverPid(dataDir)).to.equal(pid);
  });

  it("mails links for forgotten passwords, through the server that it is given", async () => {
    const mails = await startMailServer();
    try {
      await migrate();
      const added = await runTidemark(["user", "add", "ann@example.com"], {
        TIDEMARK_DATA_DIR: dataDir,
      });
      expect(added.code, added.stderr).to.equal(0);
      const running = serve([], {
        TIDEMARK_SMTP_URL: mails.url,
        TIDEMARK_MAIL_FROM: "reports@example.com",
        TIDEMARK_PUBLIC_URL: "http://reports.example.com",
      });
      const [, address = ""] = await running.waitFor(READY);
      const visitor = createVisitor(address);
      await visitor.get("/forgot-password");
      await visitor.post("/forgot-password", { email: "ann@example.com" });
      await mails.waitFor(1);
      expect(await interrupt(running)).to.equal(0);
      expect(running.stderr()).to.contain('"msg":"mail stopped"');
      expect(running.stdout() + running.stderr()).not.to.contain("secret");
    } finally {
      await mails.close();
    }
  });

  it("takes the port that it is given", async () => {
    const port = await listenOnce(0, "127.0.0.1");
    await migrate();
    const [, address] = await serve([], { PORT: String(port) }).waitFor(READY);
    expect(address).to.equal(`http://127.0.0.1:${port}`);
  });
});
