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

const DIGITS = "1234567890123456.7800";
const column = (key: string, type: string) => ({
  key,
  label: key,
  type,
  definition: "As it comes.",
});
const table = (key: string, more: object) => ({
  kind: "table",
  key,
  title: key,
  about: "All.",
  empty: "None.",
  query: `${key}.sql`,
  columns: [column("thrown", "text"), column("worth", "amount"), column("currency", "text")],
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
  sections: [table("red", { main: true }), table("blue", {})],
};
const define = join(import.meta.dirname, "../../src/reports/define.ts");
const definitionOf = (definition: object) =>
  `import { defineReport } from ${JSON.stringify(define)};
   export default defineReport(${JSON.stringify(definition)});`;
/** Whoever reads it twice sees two throws. */
const THROW = `SELECT random()::text AS thrown, ${DIGITS} AS worth, 'USD' AS currency`;
const section = (file = "throw.sql") => `WITH throw AS (
-- basis: ${file} (thrown text, worth numeric, currency text)
)
SELECT * FROM throw`;

describe("sections on one basis", () => {
  let db: TestDatabase;
  let folder: string;

  before(async () => {
    db = await createTestDatabase();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tidemark-reports-"));
    mkdirSync(join(folder, "dice"));
    write("report.ts", definitionOf(report));
    write("throw.sql", THROW);
    write("red.sql", section());
    write("blue.sql", section());
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  after(() => db.drop());

  const write = (file: string, text: string) => writeFileSync(join(folder, "dice", file), text);
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

  it("have the rows of one read, with every digit", async () => {
    const page = await readPage(source(), await dice(), new URLSearchParams());
    if (page.unchanged) throw new Error("nothing was known");
    const [red, blue] = [sectionOf(page, "red"), sectionOf(page, "blue")].map(
      ({ rows }) => rows[0],
    );
    expect(red?.thrown).to.be.a("string").and.to.equal(blue?.thrown);
    expect(red?.worth).to.equal(DIGITS);
  });

  it("are exported each with a read of its own", async () => {
    const worths: unknown[] = [];
    const request = { report: await dice(), query: new URLSearchParams(), key: "red", form: [] };
    await exportSection(source(), request, async ({ batches }) => {
      for await (const batch of batches) worths.push(...batch.map(({ worth }) => worth));
    });
    expect(worths).to.deep.equal([DIGITS]);
  });

  const complaint = async () => {
    const error = await loadReports(folder).catch((reason) => reason);
    expect(error).to.include({ code: "bad_report" });
    return error.message;
  };

  it("have no more than one", async () => {
    write("other.sql", THROW);
    write("blue.sql", section("other.sql"));
    expect(await complaint()).to.contain("throw.sql and other.sql");
  });

  it("have no more than one, also where the other is called the same", async () => {
    mkdirSync(join(folder, "lender"));
    write("../lender/throw.sql", THROW);
    write("../lender/blue.sql", section());
    const blue = table("blue", { query: "../lender/blue.sql" });
    write("report.ts", definitionOf({ ...report, sections: [report.sections[0], blue] }));
    expect(await complaint()).to.contain("throw.sql and ../lender/throw.sql");
  });
});
