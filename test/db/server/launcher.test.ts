import { chmod, chown, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { findAccount } from "../../../src/db/server/account.ts";
import { chooseLauncher } from "../../../src/db/server/launcher.ts";
import { findPrograms } from "../../../src/db/server/programs.ts";
import { run } from "../../../src/db/server/run.ts";

describe("running PostgreSQL as root", () => {
  let folder: string;

  beforeEach(async function () {
    if (process.getuid?.() !== 0) this.skip();
    // Only root enters it, as with a checkout under /root.
    folder = await mkdtemp(join(tmpdir(), "tidemark-launcher-"));
    await chmod(folder, 0o700);
  });

  afterEach(async () => {
    if (folder) await rm(folder, { recursive: true });
  });

  it("works when the programs and the data lie where only root may enter", async () => {
    const installed = await findPrograms();
    const bin = join(folder, "native/bin");
    await cp(dirname(installed.folder), dirname(bin), { recursive: true, verbatimSymlinks: true });
    const programs = {
      folder: bin,
      initdb: join(bin, "initdb"),
      pgCtl: join(bin, "pg_ctl"),
      postgres: join(bin, "postgres"),
    };
    const { uid, gid } = await findAccount();
    await mkdir(join(folder, "data"));
    await chown(join(folder, "data"), uid, gid);

    const launcher = await chooseLauncher(programs, join(folder, "data"));
    const args = ["--pgdata", join(folder, "data"), "--auth=trust", "--no-sync"];
    const { code, stderr } = await run(launcher, programs.initdb, args);
    expect(code, stderr).to.equal(0);
  });

  it("borrows the account postgres", async () => {
    await chmod(folder, 0o755);
    const launcher = await chooseLauncher(await findPrograms(), folder);
    expect((await run(launcher, "/usr/bin/id", ["-un"])).stdout).to.equal("postgres\n");
  });
});
