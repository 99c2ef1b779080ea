/**
 * What exports take, against `psql \copy` of the same query, and what they cost others. Run with
 * `npm run bench:exports -- --database URL [--only throughput,memory,first-byte,pages,unchanged,xlsx] [--rows 1000000]` on a
 * database of demo data that nobody else uses. It makes API tokens in it, which are removed, and lines in its ledger of exports.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { parseArgs } from "node:util";
import { createPool } from "../src/db/pool.ts";
import { firstRow } from "./exports/first-row.ts";
import { formOf, rowsSql } from "./exports/rows.ts";
import { download, median, memoryOf, peakOf, quantile, seconds } from "./exports/tools.ts";
import { describeMachine } from "./live/machine.ts";

const { values } = parseArgs({
  options: {
    database: { type: "string" },
    only: { type: "string" },
    rows: { type: "string", default: "1000000" },
    times: { type: "string", default: "3" },
  },
});
if (!values.database) throw new Error("--database names a filled database");
const url = values.database;
const rows = Number(values.rows);
const long = 5 * rows;
const XLSX_ROWS = [50_000, 200_000];
/** Of conditional requests. */
const SLICE_MS = 1000;
const LONG_LISTS = ["opportunities", "cases", "leads", "closed-won-ledger"];
const wants = (line: string) => !values.only || values.only.split(",").includes(line);
const say = (what: string, figure: string, limit = "") =>
  console.log(`${what.padEnd(44)} ${figure.padEnd(44)} ${limit}`);

const pool = createPool(url, { name: "bench" });
for (const line of await describeMachine(pool)) console.log(line);
const { rows: tokensBefore } = await pool.query("SELECT id FROM ops.api_tokens");
const server = spawn(
  process.execPath,
  ["bench/exports/server.ts", url, "10", ...[rows, long, ...XLSX_ROWS].map(String)],
  { stdio: ["ignore", "pipe", "inherit"] },
);
const [line] = (await once(server.stdout, "data")) as [Buffer];
const { address, authorization, bare, deals } = JSON.parse(String(line));
const pid = server.pid as number;
const at = (count: number, format: string) => `${address}/reports/rows-${count}.${format}`;

/** The session of a peer is that of an export. */
const PEER = {
  PGOPTIONS:
    "-c role=tidemark_pages -c tidemark.viewer=* -c jit=off -c work_mem=64MB -c enable_mergejoin=off -c timezone=UTC",
};
const oneLine = (sql: string) => sql.replace(/\s+/g, " ").trim();
const copied = (query: string, options: string) =>
  seconds(
    "psql",
    ["-X", "-q", url, "-c", `\\copy (${oneLine(query)}) to '/dev/null' ${options}`],
    PEER,
  );

/** Each format against `\copy` of the very lines that it is made of, and of the plain rows. */
async function throughput() {
  const query = rowsSql(rows, deals);
  const plain = {
    csv: () => copied(query, "csv"),
    ndjson: () => copied(`SELECT row_to_json(r) FROM (${query}) AS r`, ""),
  };
  for (const format of ["csv", "ndjson"] as const) {
    const { lines, options } = formOf(format);
    const peers = { "the same query": () => copied(lines(`(${query}) AS result`), `(${options})`) };
    const all = { ...peers, "plain rows": plain[format] };
    const ours: number[] = [];
    const theirs = Object.entries(all).map(([name, run]) => ({ name, run, took: [] as number[] }));
    for (let time = 0; time < Number(values.times); time += 1) {
      for (const { run, took } of theirs) took.push(await run());
      ours.push(await download(at(rows, format), authorization));
    }
    for (const { name, took } of theirs) {
      const [a, b] = [median(ours), median(took)];
      say(
        `${format}, ${rows} rows over HTTP; psql, ${name}`,
        `${a.toFixed(2)} s against ${b.toFixed(2)} s: ratio ${(b / a).toFixed(2)}`,
        ">= 0.90",
      );
    }
  }
}

async function memory() {
  await download(at(rows, "csv"), authorization);
  const idle = memoryOf(pid);
  const one = await peakOf(pid, () => download(at(long, "csv"), authorization));
  const ten = await peakOf(pid, () =>
    Promise.all(Array.from({ length: 10 }, () => download(at(rows, "csv"), authorization))),
  );
  say(
    `memory, ${long} rows`,
    `+${Math.round(one - idle)} MB over ${Math.round(idle)} MB`,
    "<= +64 MB",
  );
  say(`memory, 10 at once, ${rows} rows each`, `+${Math.round(ten - idle)} MB`, "<= +64 MB");
}

/** Milliseconds until the first byte of each long list, and until the first row of its plan. */
async function firstByte() {
  const firstOf = async (path: string) => {
    const began = performance.now();
    const answer = await fetch(path, { headers: { Authorization: authorization } });
    await answer.body?.getReader().read();
    const took = performance.now() - began;
    await answer.body?.cancel().catch(() => {});
    return took;
  };
  for (const slug of LONG_LISTS) {
    const [ours, plan]: [number[], number[]] = [[], []];
    await firstOf(`${address}/reports/${slug}.csv?period=all`);
    for (let time = 0; time < 5; time += 1) {
      plan.push(await firstRow(pool, slug, "period=all"));
      ours.push(await firstOf(`${address}/reports/${slug}.csv?period=all`));
    }
    const [whole, planned] = [median(ours), median(plan)];
    say(
      `first byte of all ${slug}`,
      `${Math.round(whole)} ms, the plan's first row ${Math.round(planned)} ms: +${Math.round(whole - planned)} ms`,
      "<= +100 ms",
    );
  }
}

async function pages() {
  const page = `${address}/reports/sales-dashboard`;
  const visit = async (times: number) => {
    const taken: number[] = [];
    for (let time = 0; time < times; time += 1) {
      const began = performance.now();
      const answer = await fetch(page, { headers: { Authorization: authorization } });
      await answer.arrayBuffer();
      taken.push(performance.now() - began);
    }
    return quantile(taken, 0.95);
  };
  await visit(20);
  const idle = await visit(60);
  let isOver = false;
  const running = Array.from({ length: 4 }, async () => {
    while (!isOver) await download(at(rows, "csv"), authorization);
  });
  const busy = await visit(60);
  isOver = true;
  await Promise.all(running);
  say(
    "p95 of a page while 4 exports run",
    `${Math.round(busy)} ms, idle ${Math.round(idle)} ms: ${(busy / idle).toFixed(1)} times`,
    "<= 2 times",
  );
}

/** Programs that ask again whether anything has changed, so many at once. */
async function unchanged(atOnce: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const ask = (address: string, headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      request(address, { agent, headers }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode ?? 0));
      })
        .on("error", reject)
        .end();
    });
  const rate = async (address: string, headers: Record<string, string>) => {
    const until = performance.now() + SLICE_MS;
    let count = 0;
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (performance.now() < until) {
          if ((await ask(address, headers)) !== 304) throw new Error("not 304");
          count += 1;
        }
      }),
    );
    return count / (SLICE_MS / 1000);
  };
  const dashboard = `${address}/reports/sales-dashboard.csv`;
  const headers = { Authorization: authorization };
  const first = await fetch(dashboard, { headers });
  await first.arrayBuffer();
  const known = { ...headers, "If-None-Match": first.headers.get("etag") ?? "" };
  for (let time = 0; time < 4; time += 1) await rate(dashboard, known);
  const [ours, theirs]: [number[], number[]] = [[], []];
  // In turn, and often: what else the machine does comes to both.
  for (let time = 0; time < 12; time += 1) {
    theirs.push(await rate(bare, {}));
    ours.push(await rate(dashboard, known));
  }
  agent.destroy();
  const [a, b] = [median(ours), median(theirs)];
  say(
    `304 a second, ${atOnce} at once; a bare route`,
    `${Math.round(a)} against ${Math.round(b)}: ratio ${(a / b).toFixed(2)}`,
    ">= 0.50",
  );
}

async function xlsx() {
  for (const count of XLSX_ROWS) {
    const idle = memoryOf(pid);
    let took = 0;
    const peak = await peakOf(pid, async () => {
      took = await download(at(count, "xlsx"), authorization);
    });
    say(
      `XLSX, ${count} rows`,
      `${took.toFixed(1)} s, +${Math.round(peak - idle)} MB over ${Math.round(idle)} MB`,
    );
  }
}

const conditional = async () => {
  for (const atOnce of [16, 64]) await unchanged(atOnce);
};
const lines = {
  throughput,
  "first-byte": firstByte,
  unchanged: conditional,
  pages,
  memory,
  xlsx,
};
try {
  for (const [name, run] of Object.entries(lines)) if (wants(name)) await run();
} finally {
  server.kill();
  await pool.query("DELETE FROM ops.api_tokens WHERE id <> ALL ($1)", [
    tokensBefore.map(({ id }) => id),
  ]);
  await pool.end();
}
