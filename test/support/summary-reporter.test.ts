import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";

const MOCHA = resolve(import.meta.dirname, "../../node_modules/mocha/bin/mocha.js");
const HOOKS = resolve(import.meta.dirname, "root-hooks.ts");
const REPORTER = resolve(import.meta.dirname, "summary-reporter.ts");

describe("the summary of a test run", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidemark-summary-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** Runs test files with these contents, in parallel. @returns the last line and the exit code */
  async function run(...contents: string[]) {
    for (const [index, text] of contents.entries()) {
      await writeFile(join(folder, `${index}.test.mjs`), text);
    }
    const args = ["--no-config", "--parallel", "--jobs", "2", "--extension", "mjs"];
    args.push("--require", HOOKS, "--reporter", REPORTER, folder);
    const child = spawn(process.execPath, [MOCHA, ...args], {
      env: { PATH: process.env.PATH },
      stdio: ["ignore", "pipe", "ignore"],
    });
    let output = "";
    child.stdout.on("data", (text) => {
      output += text;
    });
    const [code] = await once(child, "close");
    return { last: output.trimEnd().split("\n").at(-1), failed: code !== 0 };
  }

  const passing = `it("passes", () => {})`;

  it("counts what passed, failed and was skipped", async () => {
    expect(await run(passing, passing)).to.deep.equal({
      last: "2 passed, 0 failed",
      failed: false,
    });
    expect(await run(passing, `it.skip("later", () => {})`)).to.deep.equal({
      last: "1 passed, 0 failed, 1 skipped",
      failed: false,
    });
    const failing = `it("fails", () => { throw new Error("no") })`;
    expect(await run(passing, failing)).to.deep.equal({ last: "1 passed, 1 failed", failed: true });
  });

  it("counts hooks that fail, errors that nobody catches, and files that cannot be read", async () => {
    for (const broken of [
      `before(() => { throw new Error("no") }); it("never runs", () => {})`,
      `after(() => { throw new Error("no") }); it("runs", () => {})`,
      `it("leaks", () => new Promise(() => setTimeout(() => { throw new Error("late") }, 1)))`,
      `it("leaks a promise", () => new Promise(() => Promise.reject(new Error("late"))))`,
      `import "./nothing.mjs"; it("never runs", () => {})`,
    ]) {
      const { last, failed } = await run(passing, broken);
      expect(last, broken).to.match(/^\d passed, 1 failed$/);
      expect(failed, broken).to.equal(true);
    }
  });
});
