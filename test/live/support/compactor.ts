import { createPool } from "../../../src/db/pool.ts";
import { foldMart } from "../../../src/marts/fold.ts";
import { refreshMart } from "../../../src/marts/refresh.ts";
import { listMarts } from "../../../src/marts/registry.ts";

/** A process that folds and refreshes every live mart without a pause, until it is killed. First argument: the address. */
const pool = createPool(process.argv[2]!, { name: "compactor" });
const live = (await listMarts(pool)).filter(({ isLive }) => isLive);

async function again(work: (mart: string) => Promise<unknown>) {
  for (;;) for (const { name } of live) await work(name);
}

console.log("at work");
await Promise.all([
  again((mart) => foldMart(pool, mart)),
  again((mart) => refreshMart(pool, mart)),
]);
