import { expect } from "chai";
import type pg from "pg";
import { drillTo } from "../../src/render/drill.ts";
import { loadReports } from "../../src/reports/load.ts";
import type { PageData } from "../../src/reports/page.ts";
import { sumOf, toPlain } from "./decimal.ts";
import { readReport, sectionOf } from "./report.ts";

/** Follows every number of a page to the rows behind it, and finds it again there. */
export function createFollower(pool: pg.Pool) {
  const read = new Map<string, Promise<PageData>>();

  const open = (href: string): Promise<PageData> => {
    const found = read.get(href);
    if (found) return found;
    const { pathname, searchParams } = new URL(href, "http://localhost");
    const page = readReport(pool, pathname.replace("/reports/", ""), String(searchParams));
    read.set(href, page);
    return page;
  };

  /**
   * @param every 1 for every number, 3 for each third of a column
   * @returns the numbers that were followed, as `section.column`
   */
  const follow = async (slug: string, query: string, every = 1): Promise<string[]> => {
    const catalogue = await loadReports();
    const page = await open(`/reports/${slug}?${query}`);
    const followed: string[] = [];
    for (const { section, rows, total } of page.sections)
      for (const [key, drill] of Object.entries(section.drills)) {
        const behind = (total ? [{ row: total, drill: { ...drill, by: {} } }] : []).concat(
          rows.map((row) => ({ row, drill })),
        );
        const numbers = behind.filter(({ row }) => row[key] !== null && Number(row[key]) !== 0);
        for (const { row, drill } of numbers.filter((_, place) => place % every === 0)) {
          const href = drillTo(drill, row, { report: page.report, state: page.state, catalogue });
          if (!href) continue;
          followed.push(`${section.key}.${key}`);
          const target = await open(href);
          const where = `${slug}?${query} ${section.key}.${key} → ${href}`;
          const [summary] = sectionOf(target, "summary").rows;
          expect(toPlain(summary?.[drill.figure]), where).to.equal(toPlain(row[key]));
          const main = target.sections.find(
            (one) => one.section.kind === "table" && one.section.main,
          );
          const column = main?.section.columns.find((one) => one.key === drill.figure);
          if (main && column?.type === "amount" && main.rowCount === main.rows.length)
            expect(sumOf(main.rows.map((one) => one[drill.figure])), where).to.equal(
              toPlain(row[key]),
            );
        }
      }
    return followed;
  };
  return { open, follow };
}
