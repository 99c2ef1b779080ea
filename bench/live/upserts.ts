import type { Bench } from "./bench.ts";
import { setCapture } from "./capture.ts";
import { settle, someCalls } from "./changes.ts";
import { median, quantile } from "./clock.ts";
import { count, ms, type Outcome, times } from "./outcome.ts";
import { startLoad } from "./thread.ts";
import type { UpsertLoad, UpsertResult } from "./upsert-thread.ts";

const CLIENTS = 8;
const CALLS = 10_000;
const SECONDS = 4;
const ROUNDS = 10;
const LIMIT = 0.75;
const TABLE = "crm.conversation_signals";

/** Single-row upserts of signals, with what writes down the changes and without it. */
export async function* upserts(bench: Bench): AsyncGenerator<Outcome> {
  const { pool, url } = bench;
  await settle(bench);
  const calls = await someCalls(pool, CALLS);
  const round = async (mode: "ENABLE" | "DISABLE") => {
    await setCapture(pool, TABLE, mode);
    return startLoad<UpsertResult>("./upsert-thread.ts", {
      url,
      clients: CLIENTS,
      seconds: SECONDS,
      calls,
    } satisfies UpsertLoad).done;
  };
  const rounds: Record<"ENABLE" | "DISABLE", UpsertResult[]> = { ENABLE: [], DISABLE: [] };
  try {
    await round("ENABLE"); // The rows that later rounds mostly update.
    for (let number = 0; number < ROUNDS; number += 1) {
      const mode = number % 4 === 0 || number % 4 === 3 ? "ENABLE" : "DISABLE";
      rounds[mode].push(await round(mode));
    }
  } finally {
    await setCapture(pool, TABLE, "ENABLE");
    await pool.query(`DELETE FROM ${TABLE} WHERE source = 'bench' AND call_id = ANY ($1)`, [calls]);
    await settle(bench);
  }
  const speed = (mode: "ENABLE" | "DISABLE") => median(rounds[mode].map((one) => one.perSecond));
  const p99 = (mode: "ENABLE" | "DISABLE") =>
    quantile(
      rounds[mode].flatMap((one) => one.took),
      0.99,
    );
  const busy = Math.max(...[...rounds.ENABLE, ...rounds.DISABLE].map((one) => one.busy));
  const share = speed("ENABLE") / speed("DISABLE");
  yield {
    what: `single-row signal upserts, ${CLIENTS} clients, captured / not (clients took ${busy.toFixed(1)} CPU)`,
    figure: `${count(speed("ENABLE"))}/s, bare ${count(speed("DISABLE"))}/s; p99 ${ms(p99("ENABLE"))}, ${ms(p99("DISABLE"))}`,
    ratio: times(share),
    limit: `≥ ${LIMIT} ×`,
    holds: share >= LIMIT,
  };
}
