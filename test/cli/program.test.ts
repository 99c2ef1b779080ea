import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runSql } from "../support/sql.ts";
import {
  readAddress,
  runTidemark,
  scratchDataDir,
  serverLog,
  serverPid,
  startTidemark,
} from "../support/tidemark.ts";

const MAIN = resolve(import.meta.dirname, "../../src/main.ts");

describe("the command line", function () {
  // Real processes: on a busy machine they take their time.
  this.timeout(180_000);
  let database: TestDatabase;

  before(async () => {
    database = await createTestDatabase();
  });

  after(() => database.drop());

  const run = (...args: string[]) => runTidemark(args, { DATABASE_URL: database.url });

  it("shows help for itself and for every command", async () => {
    const { code, stdout } = await run("--help");
    expect(code).to.equal(0);
    const commands = [...stdout.matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, name = ""]) => name);
    expect(commands).to.include.members(["serve", "migrate"]);
    const helps = await Promise.all(commands.map((command) => run(command, "--help")));
    for (const [index, help] of helps.entries()) {
      expect(help.code, commands[index]).to.equal(0);
      expect(help.stdout, commands[index]).to.match(/^Examples:$/m);
      expect(help.stderr, commands[index]).to.equal("");
    }
  });

  it("says in one line that it does not know a command or an option", async () => {
    expect(await run("polish")).to.deep.equal({
      code: 2,
      stdout: "",
      stderr: "tidemark: unknown command 'polish'; see --help\n",
    });
    const { code, stderr } = await run("migrate", "up", "--twice");
    expect([code, stderr]).to.deep.equal([2, "tidemark: unknown option '--twice'; see --help\n"]);
    const count = await run("migrate", "down", "all");
    expect(count.code).to.equal(2);
    expect(count.stderr).to.match(/^tidemark: .*"all" is not a count.*\(bad_usage\)\n$/);
    const nothing = await run("serve", "--no-web", "--no-worker");
    expect(nothing.code).to.equal(2);
  });

  it("says in one line what is wrong with the database, and makes nothing", async () => {
    const { dataDir, remove } = await scratchDataDir();
    const wrong = new URL(database.url);
    wrong.password = "not-the-password";
    const missing = new URL(database.url);
    missing.pathname = "/no_such_database";
    const cases = {
      database_unreachable: "postgres://a:b@127.0.0.1:1/c",
      wrong_password: wrong.href,
      database_missing: missing.href,
      bad_setting: "mysql://127.0.0.1/x",
    };
    for (const [name, url] of Object.entries(cases)) {
      for (const args of [
        ["serve", "--first-run"],
        ["migrate", "up"],
      ]) {
        const { code, stdout, stderr } = await runTidemark(args, {
          DATABASE_URL: url,
          TIDEMARK_DATA_DIR: dataDir,
        });
        expect(code, stderr).to.equal(1);
        expect(stdout).to.equal("");
        expect(stderr).to.match(new RegExp(`^tidemark: .+ \\(${name}\\)\\n$`));
        expect(stderr).to.not.contain("not-the-password");
      }
    }
    expect(await serverPid(dataDir)).to.equal(undefined);
    await remove();
  });

  it("does not mind a reader that has seen enough", async () => {
    const command = `"$0" "$1" migrate status | head -n 1`;
    const child = spawn("bash", ["-o", "pipefail", "-c", command, process.execPath, MAIN], {
      env: { PATH: process.env.PATH, DATABASE_URL: database.url },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    expect(await once(child, "close")).to.deep.equal([0, null]);
    expect(stderr).to.equal("");
  });

  it("starts a server for one command and stops it again; of several the last one does", async () => {
    const { dataDir, remove } = await scratchDataDir();
    const runs = await Promise.all(
      ["up", "status", "up"].map((what) =>
        runTidemark(["migrate", what], { TIDEMARK_DATA_DIR: dataDir }),
      ),
    );
    expect(runs.map(({ stderr }) => stderr).join("")).to.equal("");
    expect(runs.map(({ code }) => code)).to.deep.equal([0, 0, 0]);
    expect(await serverPid(dataDir)).to.equal(undefined);
    await remove();
  });

  it("leaves the database in order when a command is interrupted", async () => {
    const { dataDir, remove } = await scratchDataDir();
    const settings = { TIDEMARK_DATA_DIR: dataDir };
    expect((await runTidemark(["migrate", "up"], settings)).code).to.equal(0);
    const running = startTidemark(["demo", "--scale", "5"], settings);
    const url = await readAddress(dataDir);
    const busy = `
      SELECT FROM pg_stat_activity
      WHERE application_name = 'tidemark command' AND state = 'active' AND xact_start < now() - interval '0.5 s'`;
    // The server is on its way up, so a failure to ask is no failure yet.
    while ((await runSql(url, busy).catch(() => [])).length === 0) await delay(20);
    running.signalGroup("SIGINT");
    expect(await running.exited).to.equal(130);
    expect([running.stdout(), running.stderr()]).to.deep.equal(["", ""]);
    expect(await serverLog(dataDir)).to.match(/database system is shut down\n$/);
    await remove();
  });

  it("explains a data directory that it cannot use", async () => {
    const { code, stderr } = await runTidemark(["migrate", "up"], { TIDEMARK_DATA_DIR: MAIN });
    expect(code).to.equal(1);
    expect(stderr).to.match(/^tidemark: .* \(data_dir_unusable\)\n$/);
  });
});
