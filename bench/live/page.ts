import type pg from "pg";
import { EVERYTHING } from "../../src/db/transaction.ts";
import { type Planned, readAudience } from "../../src/reports/audience.ts";
import { keepChanges } from "../../src/reports/keep.ts";
import { readSnapshot } from "../../src/reports/snapshot.ts";
import type { Bench } from "./bench.ts";
import { alternate, median, quantile, type Rounds, time } from "./clock.ts";
import type { Query, SectionQuery } from "./section-query.ts";

/** Queries that a page runs one after the other in one snapshot. */
export interface Page {
  /** Whom the database takes for the viewer; EVERYTHING when left out. */
  viewer?: string;
  /** What changed in these is found out once. */
  marts: readonly string[];
  /** Whom the queries name; undefined: nobody, so that they ask for all that the viewer sees. */
  owners?: readonly string[];
  queries: readonly Query[];
}

/** Milliseconds of each part of a page: what is found out first, then query by query. */
export const readPage = (pool: pg.Pool, page: Page) =>
  readSnapshot({ pool, viewer: page.viewer ?? EVERYTHING }, async (client) => {
    await client.query("SET LOCAL statement_timeout = 0");
    const parts: number[] = [];
    let planned: Planned = (sql) => sql;
    const prepare = async () => {
      planned = await findOut(client, page);
    };
    parts.push(page.marts.length > 0 ? await time(prepare) : 0);
    for (const { text, values } of page.queries)
      parts.push(await time(() => client.query(planned(text), values)));
    return parts;
  });

/** What the service finds out before the sections of a page. */
async function findOut(client: pg.PoolClient, { marts, owners }: Page): Promise<Planned> {
  await readAudience(client, "report:sales");
  const kept = await keepChanges(client, { marts: [...marts], owners });
  return kept((sql) => sql);
}

export interface ComparedPages {
  live: number;
  bare: number;
  /** Of the medians of whole pages. */
  ratio: number;
  liveP99: number;
  bareP99: number;
  /** The section that fares worst, by its place. */
  worst: { index: number; live: number; bare: number; ratio: number };
}

/** The pages of two sides in turn. */
export async function comparePages(
  { reader }: Pick<Bench, "reader">,
  live: Page,
  bare: Page,
  rounds: Rounds,
): Promise<ComparedPages> {
  const { a, b } = await alternate(
    () => readPage(reader, live),
    () => readPage(reader, bare),
    rounds,
  );
  const whole = (pages: number[][]) =>
    pages.map((parts) => parts.reduce((sum, part) => sum + part, 0));
  const part = (pages: number[][], index: number) =>
    median(pages.map((parts) => parts[index + 1] as number));
  const sections = bare.queries.map((_, index) => {
    const [one, other] = [part(a, index), part(b, index)];
    return { index, live: one, bare: other, ratio: one / other };
  });
  return {
    live: median(whole(a)),
    bare: median(whole(b)),
    ratio: median(whole(a)) / median(whole(b)),
    liveP99: quantile(whole(a), 0.99),
    bareP99: quantile(whole(b), 0.99),
    worst: sections.reduce((one, other) => (other.ratio > one.ratio ? other : one)),
  };
}

/** Both sides of a report's page about a person; of a single query, as a tool sends it, which knows of nothing kept. */
export const sidesOf = (mart: string, person: string, sections: readonly SectionQuery[]) => ({
  live: {
    marts: sections.length > 1 ? [mart] : [],
    owners: [person],
    queries: sections.map((section) => section.live),
  },
  bare: { marts: [], queries: sections.map((section) => section.bare) },
});
