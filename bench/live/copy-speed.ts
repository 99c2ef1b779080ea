import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import { inTransaction } from "../../src/db/transaction.ts";
import type { Bench } from "./bench.ts";
import { setCapture } from "./capture.ts";
import { someCalls } from "./changes.ts";
import { alternate, median } from "./clock.ts";
import { count, ms, type Outcome, times } from "./outcome.ts";

const ROWS = 200_000;
const SIGNALS = ["call_score", "discovery_depth", "next_step_clarity", "small_talk", "price_talk"];
const LIMIT = 1.3;
const ROUNDS = { seconds: 40, least: 3, most: 5 };
const TABLE = "crm.conversation_signals";
const COPY = `COPY ${TABLE} (call_id, signal_name, scoring_version, signal_value, source) FROM STDIN`;

/** COPY of signals into their table, with its indexes and checks; rolled back each time. */
export async function* copySpeed({ pool }: Bench): AsyncGenerator<Outcome> {
  const calls = await someCalls(pool, ROWS / SIGNALS.length);
  const chunks = linesFor(calls);
  const run = (isCaptured: boolean) => async () => {
    let took = 0;
    await inTransaction(pool, async (client) => {
      if (!isCaptured) await setCapture(client, TABLE, "DISABLE");
      const began = performance.now();
      await pipeline(Readable.from(chunks), client.query(copyFrom(COPY)));
      took = performance.now() - began;
      throw new RolledBack();
    }).catch((error) => {
      if (!(error instanceof RolledBack)) throw error;
    });
    return took;
  };
  const { a, b } = await alternate(run(true), run(false), ROUNDS);
  await pool.query(`VACUUM ${TABLE}`);
  yield {
    what: `COPY of ${count(ROWS)} signals, captured / not (${a.length} rounds)`,
    figure: `${ms(median(a))}, bare ${ms(median(b))}`,
    ratio: times(median(a) / median(b)),
    limit: `≤ ${LIMIT} ×`,
    holds: median(a) / median(b) <= LIMIT,
  };
}

class RolledBack extends Error {}

/** New versions of scores, for as many calls as there are. */
function linesFor(calls: readonly string[]): Buffer[] {
  const chunks: Buffer[] = [];
  let lines: string[] = [];
  for (let row = 0; row < ROWS; row += 1) {
    const signal = SIGNALS[row % SIGNALS.length];
    const number = Math.floor(row / SIGNALS.length);
    const version = `bench ${Math.floor(number / calls.length)}`;
    lines.push(
      `${calls[number % calls.length]}\t${signal}\t${version}\t${(row % 100) / 10}\tbench`,
    );
    if (lines.length < 2000 && row < ROWS - 1) continue;
    chunks.push(Buffer.from(`${lines.join("\n")}\n`));
    lines = [];
  }
  return chunks;
}
