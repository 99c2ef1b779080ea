import { expect } from "chai";
import type pg from "pg";
import { createPool } from "../../src/db/pool.ts";
import { foldMart } from "../../src/marts/fold.ts";
import { pruneChanges } from "../../src/marts/prune.ts";
import { refreshMart } from "../../src/marts/refresh.ts";
import { syncSettings } from "../../src/ops/settings.ts";
import { addCall } from "../support/calls.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createReportFolder } from "../support/folder.ts";
import { refreshMarts, setTimeZone } from "../support/marts.ts";
import { addDeal, addSales, type Sales } from "../support/sales.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const DASHBOARD = "/reports/sales-dashboard";
const OUTCOMES = "/reports/signal-outcomes";
const WEEKS = "/reports/rep-weekly-scores";
const CUTS = `${OUTCOMES}.csv?section=cut_points`;
const ALL = [DASHBOARD, OUTCOMES, WEEKS].flatMap((path) => [path, `${path}.csv`, `${path}.json`]);

describe("ETags", function () {
  this.timeout(180_000);
  let db: TestDatabase;
  let pool: pg.Pool;
  let web: WebServer;
  let sales: Sales;
  let statements: string[];

  before(async () => {
    db = await createTestDatabase();
    sales = await addSales(db.pool);
    const { ann, bob } = sales;
    for (const [rep, empathy] of [
      [ann, 7],
      [bob, 5],
    ] as const) {
      const deal = await addDeal(db.pool, { owner: rep, close: "2026-11-12" });
      await addCall(db.pool, { rep, deal, at: "2026-11-03T10:00:00Z", scores: { empathy } });
    }
    await refreshMarts(db.pool);
    pool = createPool(db.url, { name: "web" });
    statements = [];
    pool.on("connect", (client) => {
      const query = client.query.bind(client) as (...all: unknown[]) => unknown;
      Object.assign(client, {
        query: (...all: unknown[]) => {
          statements.push(String(all[0]));
          return query(...all);
        },
      });
    });
    web = await startWeb(pool);
  });
  after(async () => {
    await web.close();
    await pool.end();
    await db.drop();
  });

  const ask = (path: string, tag?: string | null, init: RequestInit = {}) =>
    web.get(path, { ...init, headers: tag ? { "If-None-Match": tag } : {} });
  /** Asked for with `*`, which is answered without reading rows. */
  const tagOf = async (path: string, from = web) => {
    const response = await from.get(path, { headers: { "If-None-Match": "*" } });
    expect(response.status, path).to.equal(304);
    return response.headers.get("etag");
  };
  const tags = async (paths = [...ALL, CUTS]) => {
    const found = new Map<string, string | null>();
    // One after the other: no more downloads at once than the service has places for.
    for (const path of paths) found.set(path, await tagOf(path));
    return found;
  };
  /** The answers whose ETag is another one after `work`; the old one must then be of no use. */
  const changedBy = async (work: string | (() => Promise<unknown>)) => {
    const before = await tags();
    await (typeof work === "string" ? db.pool.query(work) : work());
    const after = await tags();
    const changed = [...after].filter(([path, tag]) => before.get(path) !== tag);
    for (const [path] of changed)
      expect((await ask(path, before.get(path))).status, path).to.equal(200);
    return changed.map(([path]) => path);
  };
  const of = (...paths: string[]) =>
    ALL.filter((one) => paths.some((path) => one.startsWith(path)));

  it("are weak, and each answer has its own", async () => {
    const variants = [
      ...ALL,
      CUTS,
      `${DASHBOARD}.json?numbers=string`,
      `${DASHBOARD}.csv?section=trend`,
      `${DASHBOARD}.csv?team=North`,
      `${DASHBOARD}.csv?period=last_month`,
      `${DASHBOARD}.csv?currency=EUR`,
    ];
    const found = [...(await tags(variants)).values()];
    for (const tag of found) expect(tag).to.match(/^W\/"[\w-]{27}"$/);
    expect(new Set(found).size).to.equal(variants.length);
    expect(await tagOf(`${DASHBOARD}.csv?period=this_month&team=North`)).to.equal(
      await tagOf(`${DASHBOARD}.csv?team=North&owner=&period=this_month`),
    );
  });

  it("are all that a client needs to hear that nothing has changed", async () => {
    for (const path of [...ALL, CUTS, `${DASHBOARD}?team=North&industry=(none)`]) {
      const first = await ask(path);
      const tag = first.headers.get("etag");
      expect((await first.text()).length).to.be.greaterThan(0);
      statements.length = 0;
      for (const method of ["GET", "HEAD"]) {
        const again = await ask(path, tag, { method });
        expect(again.status, path).to.equal(304);
        expect(again.headers.get("etag")).to.equal(tag);
        expect(again.headers.get("cache-control")).to.equal("private, no-cache");
        const asOf = (response: Response) => response.headers.get("x-data-as-of") ?? "";
        if (path.startsWith(OUTCOMES)) expect(asOf(again)).to.equal(asOf(first));
        else expect(asOf(again) > asOf(first), path).to.equal(true);
        expect(await again.text()).to.equal("");
      }
      // Neither the rows of the report nor the options of its filters were read.
      const read = statements.filter((one) =>
        /\breporting\.(?!versions|scope|mart_|fiscal)/.test(one),
      );
      expect(read, path).to.deep.equal([]);
      expect(statements.join()).to.include("reporting.versions_behind");
    }
  });

  it("are found in lists, compared weakly, and stand for anything as *", async () => {
    const path = `${DASHBOARD}.csv`;
    const tag = (await tagOf(path)) as string;
    const status = async (header: string, query = "") => (await ask(path + query, header)).status;
    expect(await status(`"other", ${tag} , W/"third, with a comma"`)).to.equal(304);
    expect(await status(tag.slice(2))).to.equal(304);
    expect(await status("*")).to.equal(304);
    expect(await status('W/"other"')).to.equal(200);
    expect(await status(tag.slice(3, -1))).to.equal(200);
    // There is no answer that the client could have.
    for (const header of ["*", tag]) {
      expect(await status(header, "?team=Nowhere")).to.equal(400);
      expect(await status(header, "?mood=good")).to.equal(400);
      expect(await status(header, "?section=ghost")).to.equal(400);
    }
  });

  it("change with the data that an answer shows, and with no other", async () => {
    for (const [statement, paths] of [
      [
        "UPDATE crm.opportunities SET amount = amount + 1 WHERE amount = 60",
        of(DASHBOARD, OUTCOMES),
      ],
      ["UPDATE crm.users SET last_name = 'Lee' WHERE first_name = 'Ann'", ALL],
      [
        "UPDATE crm.companies SET name = 'Acme & Sons' WHERE name = 'Acme'",
        of(DASHBOARD, OUTCOMES),
      ],
      [
        `INSERT INTO crm.conversation_signals (call_id, signal_name, signal_value)
         SELECT call_id, signal_name, 8 FROM crm.conversation_signals LIMIT 1
         ON CONFLICT (call_id, signal_name, scoring_version) DO UPDATE SET signal_value = EXCLUDED.signal_value`,
        of(OUTCOMES, WEEKS),
      ],
      ["UPDATE crm.quotas SET amount = amount + 1", of(DASHBOARD)],
      ["UPDATE crm.users SET email = 'new.' || email", []],
      ["UPDATE crm.companies SET website = 'https://example.com'", []],
      // Calls are searched in whatever is kept of them: a change of it counts for every report of calls.
      ["UPDATE crm.conversations SET raw_response = '{}'", of(OUTCOMES, WEEKS)],
      ["UPDATE crm.contacts SET title = 'Head of sales'", []],
      ["INSERT INTO crm.leads (last_name, company_name) VALUES ('Lee', 'Acme')", []],
    ] as const) {
      expect(await changedBy(statement), statement).to.have.members(paths);
    }
    expect(await changedBy(() => setTimeZone(db.pool, "Asia/Tokyo"))).to.have.members(ALL);
    expect(await changedBy(() => setTimeZone(db.pool, "UTC"))).to.have.members(ALL);
  });

  it("stay when changes are folded, logs pruned and marts refreshed, and when the service starts anew", async () => {
    await db.pool.query("UPDATE crm.opportunities SET amount = amount + 1");
    expect(await changedBy(() => foldMart(db.pool, "sales_dashboard"))).to.deep.equal([]);
    for (const mart of ["sales_dashboard", "rep_weekly_scores", "signal_outcomes"])
      expect(await changedBy(() => refreshMart(db.pool, mart)), mart).to.deep.equal([]);
    expect(await changedBy(() => pruneChanges(db.pool))).to.deep.equal([]);
    const settings = { timeZone: "UTC", currency: "USD", fiscalYearStart: 1 };
    await syncSettings(db.pool, settings);
    const before = await tags();
    await syncSettings(db.pool, settings);
    const other = await startWeb(db.pool);
    try {
      for (const [path, tag] of before) expect(await tagOf(path, other), path).to.equal(tag);
    } finally {
      await other.close();
    }
  });

  it("follow the refresh of what has no live layers", async () => {
    const refresh = () => refreshMart(db.pool, "signal_cut_points");
    expect(await changedBy(refresh)).to.have.members([...of(OUTCOMES), CUTS]);
    // Found to be as good as new: the same rows, and another instant for those answers that show it.
    const renew = () => refreshMart(db.pool, "signal_cut_points", { unlessUnchanged: true });
    expect(await changedBy(renew)).to.have.members([OUTCOMES, CUTS]);
    const deal = "UPDATE crm.opportunities SET amount = amount + 1";
    expect(await changedBy(deal)).not.to.include(CUTS);
  });

  it("change at midnight in the business zone, where the answer does", async () => {
    let instant = "";
    const there = await startWeb(pool, {
      timeZone: "Pacific/Auckland",
      now: () => new Date(instant),
    });
    const at = async (now: string, path: string) => {
      instant = now;
      return tagOf(path, there);
    };
    const changesAt = async (midnight: string, path: string) => {
      const start = Date.parse(midnight);
      const before = await at(new Date(start - 1000).toISOString(), path);
      return before !== (await at(new Date(start).toISOString(), path));
    };
    const auckland = "2026-11-21T11:00:00Z";
    const past = "period=2026-10-01..2026-10-31";
    try {
      for (const path of [DASHBOARD, `${DASHBOARD}.csv`, `${DASHBOARD}.csv?period=this_month`]) {
        expect(await changesAt(auckland, path), path).to.equal(true);
        expect(await changesAt("2026-11-21T00:00:00Z", path), path).to.equal(false);
      }
      expect(await changesAt(auckland, `${WEEKS}?period=last_month`)).to.equal(true);
      expect(await changesAt(auckland, `${OUTCOMES}.csv?${past}`)).to.equal(false);
      // "As of 10:42" becomes "as of 20 Nov, 10:42".
      expect(await changesAt(auckland, `${OUTCOMES}?${past}`)).to.equal(true);
    } finally {
      await there.close();
    }
  });

  it("are left out where something that the answer shows is not counted", async () => {
    await db.pool.query(`
      CREATE VIEW reporting.odd AS SELECT count(*) AS n FROM crm.roles;
      GRANT SELECT ON reporting.odd TO tidemark_reader`);
    const folder = createReportFolder();
    folder.add("odd", "SELECT n FROM reporting.odd");
    const other = await startWeb(pool, { reportsFolder: folder.path });
    try {
      const rows = async (headers = {}) => {
        const response = await other.get("/reports/odd.json", { headers });
        expect(response.headers.get("etag")).to.equal(null);
        return response.json();
      };
      const [{ n }] = (await rows()) as [{ n: number }];
      await addRow(db.pool, "roles", { role_name: "Clerk" });
      expect(await rows({ "If-None-Match": "*" })).to.deep.equal([{ n: n + 1 }]);
    } finally {
      await other.close();
      folder.remove();
      await db.pool.query("DROP VIEW reporting.odd");
    }
  });

  it("never keep a committed write from the next reader", async () => {
    const deal = await addDeal(db.pool, { owner: sales.cyd, amount: "1", close: "2026-11-20" });
    for (const form of ["", ".csv", ".json"]) {
      const path = `${DASHBOARD}${form}?owner=Cyd`;
      let tag = await tagOf(path);
      for (let amount = 1001; amount < 1006; amount++) {
        await db.pool.query("UPDATE crm.opportunities SET amount = $2 WHERE id = $1", [
          deal,
          amount,
        ]);
        const response = await ask(path, tag);
        expect(response.status, path).to.equal(200);
        expect(await response.text(), path).to.include(`${amount}.0000`);
        tag = response.headers.get("etag");
        expect((await ask(path, tag)).status).to.equal(304);
      }
    }
  });

  it("change when a table is emptied at once", async () => {
    expect(await changedBy("TRUNCATE crm.conversation_signals")).to.have.members(
      of(OUTCOMES, WEEKS),
    );
    const rows = await (await ask(`${WEEKS}.json?period=all`)).json();
    expect(rows).to.deep.equal([]);
  });
});
