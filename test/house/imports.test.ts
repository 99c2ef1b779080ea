import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { inProject, projectFiles } from "./files.ts";

/** The floors of the house, from the ground up: a part imports only from its own floor's part or from below. */
const FLOORS = [
  ["errors", "setting-values"],
  ["config", "log", "repeat", "together"],
  ["db", "mail"],
  ["access"],
  ["reports", "marts", "ingest", "demo", "ops"],
  ["render"],
  ["exports"],
  ["web"],
  ["cli"],
  ["main"],
];

/** Parts that meet only through the database. */
const APART: Readonly<Record<string, readonly string[]>> = {
  web: ["marts", "ingest", "demo"],
  render: ["marts", "ingest", "demo"],
};

const floorOf = (part: string) => FLOORS.findIndex((parts) => parts.includes(part));

/** The part of the house that a path belongs to: `src/db/pool.ts` → `db`, `src/main.ts` → `main`. */
const partOf = (path: string) => path.split("/")[1]?.replace(/\.ts$/, "") ?? "";

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']/g;

/** Relative imports of a file, as paths from the project's folder. */
const importsOf = (file: string, text = readFileSync(inProject(file), "utf8")) =>
  [...text.matchAll(IMPORT)].map(([, target = ""]) => join(dirname(file), target));

/** Says what is wrong with one import, or nothing. */
function objection(file: string, target: string): string | undefined {
  const complain = (why: string) => `${file} imports ${target}: ${why}`;
  if (file.startsWith("reports/")) {
    const own = [dirname(file), "reports/shared"].includes(dirname(target));
    const isReport = target.startsWith("reports/") && target.endsWith("/report.ts");
    return own || isReport || target === "src/reports/define.ts"
      ? undefined
      : complain("a report folder imports only src/reports/define.ts, reports and what they share");
  }
  if (!target.startsWith("src/")) return complain("only what is in src/");
  const [from, to] = [partOf(file), partOf(target)];
  if (from === to) return undefined;
  if (floorOf(from) < 0) return complain(`"${from}" has no place in the house`);
  if (floorOf(to) < 0) return complain(`"${to}" has no place in the house`);
  if (APART[from]?.includes(to)) return complain("they meet only through the database");
  if (floorOf(to) >= floorOf(from)) return complain("imports go one way");
  return undefined;
}

describe("imports", () => {
  it("go one way", () => {
    const files = projectFiles(/^(src|reports)\/.*\.ts$/).filter(
      (file) => !file.startsWith("src/web/public/"),
    );
    expect(files.length).to.be.greaterThan(5);
    const objections = files.flatMap((file) =>
      importsOf(file).flatMap((target) => objection(file, target) ?? []),
    );
    expect(objections).to.deep.equal([]);
  });

  it("are found in every form", () => {
    const text = `import a from "./a.ts"; export * from '../b.ts';\nawait import("./c.ts"); import "./d.ts";`;
    expect(importsOf("src/web/app.ts", text)).to.deep.equal([
      "src/web/a.ts",
      "src/b.ts",
      "src/web/c.ts",
      "src/web/d.ts",
    ]);
  });

  it("that break a rule are named", () => {
    const broken = [
      ["src/db/pool.ts", "src/web/app.ts"],
      ["src/web/app.ts", "src/marts/refresh.ts"],
      ["src/marts/refresh.ts", "src/ingest/load.ts"],
      ["reports/sales-dashboard/report.ts", "src/db/pool.ts"],
      ["src/errors.ts", "src/config.ts"],
      ["src/odd/thing.ts", "src/errors.ts"],
      ["src/web/app.ts", "test/support/sql.ts"],
    ] as const;
    for (const [file, target] of broken) expect(objection(file, target), file).to.be.a("string");
    expect(objection("src/web/app.ts", "src/reports/run.ts")).to.equal(undefined);
  });
});
