import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { EVERYTHING } from "../../src/db/transaction.ts";
import { exportSection } from "../../src/reports/export.ts";
import { loadReports } from "../../src/reports/load.ts";
import { readPage } from "../../src/reports/page.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { sectionOf } from "../support/report.ts";
import { now } from "../support/sales.ts";

const column = (key: string) => ({ key, label: key, type: "text", definition: "As it comes." });
const table = (key: string, more: object) => ({
  kind: "table",
  key,
  title: key,
  about: "All.",
  empty: "None.",
  query: "dice.sql",
  part: key,
  columns: [column("name"), column("thrown")],
  ...more,
});
const report = {
  slug: "dice",
  group: "Games",
  title: "Dice",
  question: "Is it the same throw?",
  permission: "report:sales",
  marts: ["none"],
  parameters: ["period"],
  sections: [table("red", { main: true, pageRows: 2 }), table("blue", {})],
};
/** Whoever reads it twice sees two throws. */
const DICE = `
  WITH throw AS MATERIALIZED (SELECT random()::text AS thrown)
  SELECT part, is_total, name, thrown
  FROM throw, (
    VALUES
      ('red', true, 'all'), ('blue', false, 'x'), ('red', false, 'c'), ('red', false, 'a'), ('red', false, 'b')
  ) AS rows (part, is_total, name)`;

describe("sections that share a query", () => {
  let db: TestDatabase;
  let folder: string;

  before(async () => {
    db = await createTestDatabase();
    folder = mkdtempSync(join(tmpdir(), "tidemark-reports-"));
    mkdirSync(join(folder, "dice"));
    const define = join(import.meta.dirname, "../../src/reports/define.ts");
    writeFileSync(
      join(folder, "dice", "report.ts"),
      `import { defineReport } from ${JSON.stringify(define)};
       export default defineReport(${JSON.stringify(report)});`,
    );
    writeFileSync(join(folder, "dice", "dice.sql"), DICE);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await db.drop();
  });

  const source = () => ({
    pool: db.pool,
    viewer: EVERYTHING,
    timeZone: "UTC",
    currency: "USD",
    now,
    edition: "test",
  });
  const dice = async () => {
    const found = (await loadReports(folder)).get("dice");
    if (!found) throw new Error("no dice");
    return found;
  };
  const read = async (query: string) => {
    const page = await readPage(source(), await dice(), new URLSearchParams(query));
    if (page.unchanged) throw new Error("nothing was known");
    const [red, blue] = [sectionOf(page, "red"), sectionOf(page, "blue")];
    return { red, blue, names: red.rows.map(({ name }) => name) };
  };
  const isOneThrow = ({ red, blue }: Awaited<ReturnType<typeof read>>) =>
    red.rows[0]?.thrown === blue.rows[0]?.thrown;

  it("are read once, each with its rows, its total and its page of them", async () => {
    const page = await read("");
    expect(isOneThrow(page)).to.equal(true);
    expect(page.names).to.deep.equal(["c", "a"]);
    expect(page.red.total?.name).to.equal("all");
    expect(page.blue.total).to.equal(undefined);
    const next = await read("page=2");
    expect(next.names).to.deep.equal(["b"]);
    expect(isOneThrow(next)).to.equal(true);
  });

  it("are read by themselves where they are sorted", async () => {
    const page = await read("sort=name");
    expect(page.names).to.deep.equal(["a", "b"]);
    expect(page.red.total?.name).to.equal("all");
    expect(isOneThrow(page)).to.equal(false);
  });

  it("are exported each by itself, whole and in order", async () => {
    const names: unknown[] = [];
    let count = 0;
    const request = { report: await dice(), query: new URLSearchParams(), key: "red", form: [] };
    await exportSection(source(), request, async ({ batches, counting }) => {
      count = await counting;
      for await (const batch of batches) names.push(...batch.map(({ name }) => name));
    });
    expect(names).to.deep.equal(["c", "a", "b"]);
    expect(count).to.equal(3);
  });
});
