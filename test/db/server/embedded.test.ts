import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { type EmbeddedServer, openEmbedded } from "../../../src/db/server/embedded.ts";
import { failureOf } from "../../support/refusal.ts";
import { runSql } from "../../support/sql.ts";
import { readAddress, scratchDataDir, serverPid } from "../../support/tidemark.ts";

describe("the embedded server", () => {
  let dataDir: string;
  let remove: () => Promise<void>;
  const opened: EmbeddedServer[] = [];

  beforeEach(async () => {
    ({ dataDir, remove } = await scratchDataDir());
  });

  afterEach(async () => {
    for (const server of opened.splice(0)) await server.close();
    await remove();
  });

  const open = async (purpose: "serve" | "command" = "command") => {
    const server = await openEmbedded({ dataDir, purpose, settings: { fsync: "off" } });
    opened.push(server);
    return server;
  };

  it("answers on loopback only, with an ordinary login and a password that others cannot read", async () => {
    const { url } = await open();
    const [facts] = await runSql(
      url,
      `SELECT
        current_setting('listen_addresses') AS addresses,
        current_setting('server_encoding') AS encoding,
        (SELECT concat(datlocprovider, ' ', datlocale) FROM pg_database WHERE datname = current_database()) AS locale,
        rolsuper, rolcreaterole, rolcreatedb
      FROM pg_roles WHERE rolname = current_user`,
    );
    expect(facts).to.deep.equal({
      addresses: "127.0.0.1",
      encoding: "UTF8",
      locale: "b C.UTF-8",
      rolsuper: false,
      rolcreaterole: true,
      rolcreatedb: true,
    });
    const file = await stat(join(dataDir, "server.json"));
    expect(file.mode & 0o777).to.equal(0o600);
    expect(await readAddress(dataDir)).to.equal(url);
    expect(new URL(url).password.length).to.be.at.least(32);
  });

  it("keeps its address from start to start", async () => {
    const first = await open();
    await first.close();
    expect((await open()).url).to.equal(first.url);
  });

  it("is shared: the last one out stops it", async () => {
    const [first, second] = await Promise.all([open(), open()]);
    expect(first?.url).to.equal(second?.url);
    await first?.close();
    expect(await runSql(second?.url ?? "", "SELECT 1 AS one")).to.deep.equal([{ one: 1 }]);
    await second?.close();
    expect(await serverPid(dataDir)).to.equal(undefined);
  });

  it("serves one service at a time, beside any number of commands", async () => {
    await open("serve");
    await open("command");
    expect((await failureOf(open("serve"))).code).to.equal("data_dir_in_use");
  });

  it("forgets the draft of a first start that was killed", async () => {
    await mkdir(join(dataDir, "postgres.new-999999999-abc/data"), { recursive: true });
    await open();
    const names = (await readdir(dataDir)).sort();
    expect(names).to.deep.equal(["postgres", "server.json"]);
  });

  it("does not touch data that is not its own, nor that of another version", async () => {
    await mkdir(join(dataDir, "postgres"), { recursive: true });
    await writeFile(join(dataDir, "postgres/notes.txt"), "mine\n");
    expect((await failureOf(open())).code).to.equal("data_dir_unusable");
    expect(await readFile(join(dataDir, "postgres/notes.txt"), "utf8")).to.equal("mine\n");

    await writeFile(join(dataDir, "postgres/PG_VERSION"), "16\n");
    await writeFile(join(dataDir, "postgres/tidemark-password"), "x");
    const error = await failureOf(open());
    expect(error.code).to.equal("data_dir_other_version");
    expect(error.message).to.contain("PostgreSQL 16");
  });

  it("starts in folders that only root may enter", async function () {
    if (process.getuid?.() !== 0) this.skip();
    await mkdir(join(dataDir, "private/data"), { recursive: true });
    await chmod(join(dataDir, "private"), 0o700);
    const inner = join(dataDir, "private/data");
    const server = await openEmbedded({ dataDir: inner, purpose: "serve" });
    opened.push(server);
    const [row] = await runSql(server.url, "SELECT 1 AS one");
    expect(row).to.deep.equal({ one: 1 });
    const owner = await stat(join(inner, "postgres"));
    expect(owner.uid).to.be.greaterThan(0);
  });

  it("is not misled by files that a crash left and a stranger at the old address", async function () {
    this.timeout(120_000);
    const first = await open();
    await first.close();
    const stranger = createServer((socket) => socket.end("not PostgreSQL\n"));
    await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    const { port } = stranger.address() as { port: number };
    const left = ["999999999", join(dataDir, "postgres"), "0", port, "", "127.0.0.1", "", "ready"];
    await writeFile(join(dataDir, "postgres/postmaster.pid"), `${left.join("\n")}\n`);
    const { url } = await open();
    stranger.close();
    expect(await runSql(url, "SELECT 1 AS one")).to.deep.equal([{ one: 1 }]);
  });

  it("says which line of its log explains why it does not start", async () => {
    const settings = { shared_buffers: "a lot" };
    const error = await failureOf(openEmbedded({ dataDir, purpose: "command", settings }));
    expect(error.code).to.equal("embedded_server_failed");
    expect(error.message).to.contain("shared_buffers");
  });
});
