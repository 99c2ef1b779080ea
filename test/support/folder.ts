import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReportInput } from "../../src/reports/define.ts";

const DEFINE = join(import.meta.dirname, "../../src/reports/define.ts");

/** A folder of reports made for one test. */
export interface ReportFolder {
  path: string;
  add(slug: string, sql: string, change?: Partial<ReportInput>): void;
  remove(): void;
}

/** Reports of one table with one column `n`, whose rows come from the given SQL. */
export function createReportFolder(): ReportFolder {
  const path = mkdtempSync(join(tmpdir(), "tidemark-reports-"));
  return {
    path,
    add(slug, sql, change = {}) {
      const n = { key: "n", label: "N", type: "count", definition: "As the test needs it." };
      const table = { kind: "table", key: "rows", title: "Rows", about: "Rows.", empty: "None." };
      const report = {
        slug,
        group: "Tests",
        title: slug,
        question: "What?",
        permission: "report:sales",
        marts: ["sales_dashboard"],
        parameters: ["period"],
        sections: [{ ...table, main: true, query: "rows.sql", columns: [n] }],
        ...change,
      };
      mkdirSync(join(path, slug));
      writeFileSync(
        join(path, slug, "report.ts"),
        `import { defineReport } from ${JSON.stringify(DEFINE)};\nexport default defineReport(${JSON.stringify(report)});\n`,
      );
      writeFileSync(join(path, slug, "rows.sql"), sql);
    },
    remove: () => rmSync(path, { recursive: true }),
  };
}
