import type { Bench } from "./bench.ts";
import { middlePerson, settle } from "./changes.ts";
import { ms, type Outcome, times } from "./outcome.ts";
import { comparePages } from "./page.ts";
import { sectionQueries } from "./section-query.ts";

const LIMIT = 1.3;
const ROUNDS = { seconds: 6, least: 30, most: 300 };
const PERIOD = { period: "last_12_months" };

/** A rep's page, whose rows the database limits to theirs, against the same queries that name the rep and are limited by nothing. */
export async function* ownRows(bench: Bench): AsyncGenerator<Outcome> {
  for (const mart of bench.marts) {
    await settle(bench);
    const person = await middlePerson(bench.pool, mart);
    const own = await sectionQueries(bench, mart, PERIOD, "own");
    const named = await sectionQueries(bench, mart, { ...PERIOD, owner: person.id });
    const result = await comparePages(
      bench,
      { viewer: person.id, marts: [mart.name], queries: own.map(({ live }) => live) },
      { marts: [mart.name], queries: named.map(({ everybodys }) => everybodys) },
      ROUNDS,
    );
    const { worst } = result;
    yield {
      what: `${mart.report}, a rep's year (${person.rows} rows), limited by the database / by WHERE`,
      figure: `${ms(result.live)}, ${ms(result.bare)}; worst: ${own[worst.index]?.key} ${ms(worst.live)}, ${ms(worst.bare)}, ${times(worst.ratio)}`,
      ratio: times(result.ratio),
      limit: `≤ ${LIMIT} ×`,
      holds: result.ratio <= LIMIT,
    };
  }
}
