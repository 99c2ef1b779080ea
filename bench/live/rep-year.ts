import type { Bench } from "./bench.ts";
import { middlePerson, pickRows, settle, touch } from "./changes.ts";
import type { LiveMart } from "./live-mart.ts";
import { ms, type Outcome, times } from "./outcome.ts";
import { comparePages, sidesOf } from "./page.ts";
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

    yield* describe(
      `${about}, nothing changed`,
      await compareAll(bench, mart, person.id, sections),
      false,
    );
    yield* describe(
      `${about}, nothing changed`,
      await compareAll(bench, mart, person.id, [plain]),
      false,
    );
    await touch(bench.pool, mart, ids);
    yield* describe(
      `${about}, ${ids.length} in the log`,
      await compareAll(bench, mart, person.id, sections),
      true,
    );
    yield* describe(
      `${about}, ${ids.length} in the log`,
      await compareAll(bench, mart, person.id, [plain]),
      false,
    );
    await settle(bench);
    yield* describe(
      `${about}, ${ids.length} folded`,
      await compareAll(bench, mart, person.id, sections),
      true,
    );
    yield* describe(
      `${about}, ${ids.length} folded`,
      await compareAll(bench, mart, person.id, [plain]),
      false,
    );
  }
}

/** What the page of one person's last twelve months runs. */
export const yearOf = (bench: Bench, mart: LiveMart, person: string): Promise<SectionQuery[]> =>
  sectionQueries(bench, mart, { period: "last_12_months", owner: person });

/** What is read as a whole; of several sections, the one that fares worst is named beside it. */
async function compareAll(
  bench: Bench,
  mart: LiveMart,
  person: string,
  sections: readonly SectionQuery[],
) {
  const { live, bare } = sidesOf(mart.name, person, sections);
  return { sections, ...(await comparePages(bench, live, bare, ROUNDS)) };
}

function* describe(
  about: string,
  result: Awaited<ReturnType<typeof compareAll>>,
  isLimited: boolean,
): Generator<Outcome> {
  const { sections, live, bare, ratio, worst } = result;
  const isPage = sections.length > 1;
  const named = `; worst: ${sections[worst.index]?.key} ${ms(worst.live)}, ${ms(worst.bare)}, ${times(worst.ratio)}`;
  yield {
    what: `${about}: ${isPage ? `page of ${sections.length} sections` : sections[0]?.key}`,
    figure: `${ms(live)}, bare ${ms(bare)}${isPage ? named : ""}`,
    ratio: times(ratio),
    ...(isLimited && { limit: `≤ ${LIMIT} ×`, holds: ratio <= LIMIT }),
  };
}
