/**
 * What pages cost while they are open: streams of events in one `serve`, 20 a person, at rest and after a commit, when each
 * page that is told reads itself again. Run with `npm run bench:open-pages -- --pages 1000`.
 */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createPool } from "../src/db/pool.ts";
import { addAccount, emailOf, PASSWORD } from "../test/support/accounts.ts";
import { type Listening, listenTo } from "../test/support/event-stream.ts";
import { readAddress, scratchDataDir, startTidemark } from "../test/support/tidemark.ts";
import { createVisitor, type Visitor } from "../test/support/visitor.ts";

const { values } = parseArgs({
  options: { pages: { type: "string", default: "1000" }, rest: { type: "string", default: "30" } },
});
const pageCount = Number(values.pages);
const restSeconds = Number(values.rest);
const PER_PERSON = 20;
const REPORTS = ["sales-dashboard", "rep-weekly-scores", "signal-outcomes", "opportunities"];
const TICK_MS = 10;

/** Milliseconds of the processor that a process has used. */
function usedBy(pid: number): number {
  // After the name, which may have spaces: the 12th and 13th are of the process, and of the system for it.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
const memoryOf = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

const quantile = (sorted: number[], share: number) =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);

const { dataDir, remove } = await scratchDataDir();
const running = startTidemark(["serve", "--first-run"], { TIDEMARK_DATA_DIR: dataDir });
try {
  const [, address = ""] = await running.waitFor(/^Tidemark is ready at (\S+)$/m);
  const server = running.child.pid as number;
  const pool = createPool(await readAddress(dataDir), { name: "bench" });
  const people: Visitor[] = [];
  for (let index = 0; index * PER_PERSON < pageCount; index += 1) {
    await addAccount(pool, `Bench${index}`, "Administrator");
    const visitor = createVisitor(address);
    await visitor.signIn(emailOf(`Bench${index}`), PASSWORD);
    people.push(visitor);
  }
  const backends = async () =>
    (
      await pool.query<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'tidemark open pages'",
      )
    ).rows.map(({ pid }) => pid);
  const atRest = async () => {
    const [backend = server] = await backends();
    const before = [usedBy(server), usedBy(backend)] as const;
    await delay(restSeconds * 1000);
    const used = (pid: number, then: number) => ((usedBy(pid) - then) / restSeconds).toFixed(1);
    return { process: used(server, before[0]), backend: used(backend, before[1]) };
  };

  const without = await atRest();
  console.log(`no page open: process ${without.process} ms/s, ${memoryOf(server).toFixed(0)} MB`);

  const versions = new Map<string, string>();
  for (const slug of REPORTS) {
    const html = await (await (people[0] as Visitor).get(`/reports/${slug}`)).text();
    versions.set(slug, /data-version="([\w-]+)"/.exec(html)?.[1] ?? "");
  }
  const began = performance.now();
  const pages: { stream: Listening; visitor: Visitor; slug: string }[] = [];
  while (pages.length < pageCount)
    pages.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(50, pageCount - pages.length) }, async (_, offset) => {
          const index = pages.length + offset;
          const visitor = people[Math.floor(index / PER_PERSON)] as Visitor;
          const slug = REPORTS[index % REPORTS.length] as string;
          const path = `/reports/${slug}/changes?version=${versions.get(slug)}`;
          const stream = await listenTo(address + path, { Cookie: visitor.cookies() });
          return { stream, visitor, slug };
        }),
      )),
    );
  const refused = pages.filter(({ stream }) => stream.response.statusCode !== 200).length;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${pageCount} pages opened in ${seconds} s, ${refused} refused`);
  await delay(2_000);
  const { length } = await backends();
  const { process: ofProcess, backend } = await atRest();
  console.log(
    `at rest: ${length} backend, ${backend} ms/s of it; process ${ofProcess} ms/s, ${memoryOf(server).toFixed(0)} MB`,
  );

  const committed = performance.now();
  await pool.query("UPDATE crm.users SET last_name = 'Lee' WHERE first_name = 'Bench0'");
  let open = 0;
  let most = 0;
  const told: number[] = [];
  const took: number[] = [];
  await Promise.all(
    pages.map(async ({ stream, visitor, slug }) => {
      await stream.waitFor(1);
      const start = performance.now();
      told.push(start - committed);
      open += 1;
      most = Math.max(most, open);
      await (await visitor.get(`/reports/${slug}`, { "Tidemark-Unattended": "yes" })).text();
      open -= 1;
      took.push(performance.now() - start);
    }),
  );
  told.sort((a, b) => a - b);
  took.sort((a, b) => a - b);
  const last = (told.at(-1) ?? 0) / 1000;
  console.log(
    `after a commit: told after ${((told[0] ?? 0) / 1000).toFixed(2)} to ${last.toFixed(1)} s, ${(pageCount / last).toFixed(1)}/s; ` +
      `pages read again in ${quantile(took, 0.5)} ms (p50), ${quantile(took, 0.99)} ms (p99), at most ${most} at once`,
  );
  const stopping = performance.now();
  await pool.end();
  running.signalGroup("SIGINT");
  await Promise.all(pages.map(({ stream }) => stream.ended));
  console.log(`let go ${Math.round(performance.now() - stopping)} ms after Ctrl-C`);
} finally {
  running.signalGroup("SIGTERM");
  await running.exited;
  await remove();
}
