import type pg from "pg";
import { EVERYTHING } from "../../src/db/transaction.ts";
import type { Row } from "../../src/reports/batches.ts";
import { loadReports } from "../../src/reports/load.ts";
import { type PageData, readPage } from "../../src/reports/page.ts";
import { now } from "./sales.ts";

/** Reads a report as its page does, on the day of the tests. */
export async function readReport(
  pool: pg.Pool,
  slug: string,
  query = "",
  viewer = EVERYTHING,
): Promise<PageData> {
  const report = (await loadReports()).get(slug);
  if (!report) throw new Error(`no report ${slug}`);
  const source = {
    pool,
    viewer,
    timeZone: "UTC",
    currency: "USD",
    now,
    edition: "test",
  };
  const page = await readPage(source, report, new URLSearchParams(query));
  if (page.unchanged) throw new Error("nothing was known");
  return page;
}

/** Rows of one section, the total apart. */
export function sectionOf(page: PageData, key: string): { rows: Row[]; total: Row | undefined } {
  const found = page.sections.find(({ section }) => section.key === key);
  if (!found) throw new Error(`no section ${key}`);
  return found;
}
