import type { Bench } from "./bench.ts";
import { middlePerson, pickRows, settle, touch } from "./changes.ts";
import type { LiveMart } from "./live-mart.ts";
import { ms, type Outcome, times } from "./outcome.ts";
import { type Compared, compare } from "./read.ts";
import { plainQuery, type SectionQuery, sectionQueries } from "./section-query.ts";

const ELSEWHERE = 100;
const OWN = 10;
const LIMIT = 1.5;
const ROUNDS = { seconds: 3, least: 20, most: 150 };

/** One person's year, with keys changed elsewhere and some of that person's: first in the log, then folded. */
export async function* repYear(bench: Bench): AsyncGenerator<Outcome> {
  for (const mart of bench.marts) {
    await settle(bench);
    const person = await middlePerson(bench.pool, mart);
    const plain = plainQuery(bench, mart, person.id);
    const sections = await yearOf(bench, mart, person.id);
    const about = `${mart.report}, a rep's year (${person.rows} rows)`;
    const ids = [
      ...(await pickRows(bench.pool, mart, ELSEWHERE, { notOf: person.id })),
      ...(await pickRows(bench.pool, mart, OWN, { of: person.id })),
    ];

    yield* describe(`${about}, nothing changed`, await compareAll(bench, sections), false);
    yield* describe(`${about}, nothing changed`, await compareAll(bench, [plain]), false);
    await touch(bench.pool, mart, ids);
    yield* describe(`${about}, ${ids.length} in the log`, await compareAll(bench, sections), true);
    yield* describe(`${about}, ${ids.length} in the log`, await compareAll(bench, [plain]), false);
    await settle(bench);
    yield* describe(`${about}, ${ids.length} folded`, await compareAll(bench, sections), true);
    yield* describe(`${about}, ${ids.length} folded`, await compareAll(bench, [plain]), false);
  }
}

/** What the page of one person's last twelve months runs. */
export const yearOf = (bench: Bench, mart: LiveMart, person: string): Promise<SectionQuery[]> =>
  sectionQueries(bench, mart, { period: "last_12_months", owner: person });

type Result = Compared & { key: string };

async function compareAll(bench: Bench, sections: readonly SectionQuery[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const section of sections)
    results.push({ key: section.key, ...(await compare(bench, section, ROUNDS)) });
  return results;
}

/** The page is read as a whole; the section that fares worst is named beside it. */
function* describe(about: string, results: readonly Result[], isLimited: boolean) {
  const sum = (of: (result: Result) => number) =>
    results.reduce((total, result) => total + of(result), 0);
  const live = sum((result) => result.live);
  const bare = sum((result) => result.bare);
  const worst = results.reduce((one, other) => (other.ratio > one.ratio ? other : one));
  const named =
    results.length > 1
      ? `; worst: ${worst.key} ${ms(worst.live)}, ${ms(worst.bare)}, ${times(worst.ratio)}`
      : "";
  yield {
    what: `${about}: ${results.length > 1 ? `page of ${results.length} sections` : worst.key}`,
    figure: `${ms(live)}, bare ${ms(bare)}${named}`,
    ratio: times(live / bare),
    ...(isLimited && { limit: `≤ ${LIMIT} ×`, holds: live / bare <= LIMIT }),
  };
}
