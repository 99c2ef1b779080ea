import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  borrowSection,
  defineReport,
  type ReportInput,
  tableSection,
} from "../../src/reports/define.ts";
import { loadReports } from "../../src/reports/load.ts";
import { failureOf, refusal } from "../support/refusal.ts";

const column = {
  key: "deal_count",
  label: "Deals",
  type: "count",
  definition: "Deals of the period.",
} as const;
const table = {
  key: "deals",
  title: "Deals",
  about: "All deals.",
  empty: "None.",
  query: "deals.sql",
  main: true,
  columns: [column],
};
const report: ReportInput = {
  slug: "deals",
  group: "Sales",
  title: "Deals",
  question: "How many?",
  permission: "report:sales",
  marts: ["sales_dashboard"],
  parameters: ["period"],
  sections: [tableSection(table)],
};
const problem = (change: Partial<ReportInput>) =>
  refusal(() => defineReport({ ...report, ...change })).message;

describe("defining a report", () => {
  it("accepts one that is whole", () => {
    expect(defineReport(report).sections[0]).to.include({ kind: "table", pageRows: 100 });
  });

  it("names what is missing or wrong", () => {
    expect(problem({ question: "How many" })).to.match(/^Report deals: question:/);
    expect(problem({ parameters: ["mood" as never] })).to.match(/parameters\.0/);
    const undocumented = { ...column, definition: "" };
    expect(problem({ sections: [tableSection({ ...table, columns: [undocumented] })] })).to.match(
      /sections\.0\.columns\.0\.definition/,
    );
    expect(problem({ sections: [tableSection({ ...table, main: false })] })).to.match(/main one/);
    const twice = [tableSection(table), tableSection({ ...table, main: false })];
    expect(problem({ sections: twice })).to.match(/share a key/);
  });

  it("lends a section with its query, and without columns that are not wanted", () => {
    const two = [column, { ...column, key: "other_count" }];
    const cells = two.map(({ key }) => ({ key }));
    const lender = defineReport({
      ...report,
      sections: [tableSection({ ...table, columns: two, cells })],
    });
    const lent = borrowSection(lender, "deals", { key: "theirs", without: ["other_count"] });
    expect(lent).to.deep.include({
      key: "theirs",
      from: "deals",
      query: "../deals/deals.sql",
      main: false,
      columns: [column],
      cells: [{ key: "deal_count" }],
    });
    expect(refusal(() => borrowSection(lender, "ghost", { key: "theirs" })).message).to.equal(
      "Report deals: has no section ghost to lend",
    );
    expect(problem({ isAboutOne: true })).to.match(/needs the parameter owner/);
  });

  it("lets no column hide from the page, and none appear from nowhere", () => {
    const cells = (...keys: string[]) => [
      tableSection({ ...table, cells: keys.map((key) => ({ key })) }),
    ];
    expect(problem({ sections: cells("ghost", "deal_count") })).to.match(/unknown column ghost/);
    const two = [column, { ...column, key: "other_count" }];
    const sections = [tableSection({ ...table, columns: two, cells: [{ key: "deal_count" }] })];
    expect(problem({ sections })).to.match(/hides other_count/);
  });
});

describe("loading reports", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tidemark-reports-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (slug: string, files: Record<string, string>) => {
    mkdirSync(join(folder, slug));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, slug, name), text);
  };
  const source = (change: object = {}) =>
    `import { defineReport } from ${JSON.stringify(join(import.meta.dirname, "../../src/reports/define.ts"))};
     export default defineReport(${JSON.stringify({ ...report, ...change })});`;

  it("finds each folder with a report, includes other files, and takes the order from positions", async () => {
    write("deals", {
      "report.ts": source({ position: 2 }),
      "deals.sql": "-- include: all.sql\nSELECT * FROM all_deals WHERE close_on >= :period_from",
      "all.sql": "WITH all_deals AS (SELECT 1)\n",
    });
    write("first", {
      "report.ts": source({ slug: "first", position: 1 }),
      "deals.sql": "SELECT 1",
    });
    write("notes", { "readme.md": "no report" });
    const catalogue = await loadReports(folder);
    expect([...catalogue.keys()]).to.deep.equal(["first", "deals"]);
    expect(catalogue.get("deals")?.queries.get("deals")?.names).to.deep.equal(["period_from"]);
    expect(catalogue.get("deals")?.queries.get("deals")?.pieces[0]).to.match(/^WITH all_deals/);
  });

  it("refuses a placeholder that no parameter gives, and a slug unlike its folder", async () => {
    write("deals", { "report.ts": source(), "deals.sql": "SELECT :owner" });
    expect((await failureOf(loadReports(folder))).message).to.match(/deals\.sql uses :owner/);
    rmSync(join(folder, "deals"), { recursive: true });
    write("other", { "report.ts": source(), "deals.sql": "SELECT 1" });
    expect((await failureOf(loadReports(folder))).message).to.match(/its slug is deals/);
  });
});
