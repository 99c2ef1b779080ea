import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { foldMart } from "../../src/marts/fold.ts";
import { pruneChanges } from "../../src/marts/prune.ts";
import { refreshMart } from "../../src/marts/refresh.ts";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { addCall } from "../support/calls.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type Listening, listenTo } from "../support/event-stream.ts";
import { refreshMarts } from "../support/marts.ts";
import { addDeal, addSales, type Sales } from "../support/sales.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";
import { waitUntil } from "../support/wait.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const DASHBOARD = "/reports/sales-dashboard";
const OUTCOMES = "/reports/signal-outcomes";
const WEEKS = "/reports/rep-weekly-scores";

/** A commit is told at the next look. */
const SOON_MS = 5_000;

describe("open pages", function () {
  this.timeout(120_000);
  let db: TestDatabase;
  let web: WebServer;
  let sales: Sales;
  let ann: string;
  const open: Listening[] = [];

  before(async () => {
    db = await createTestDatabase();
    sales = await addSales(db.pool);
    const deal = await addDeal(db.pool, { owner: sales.ann, close: "2026-11-12" });
    await addCall(db.pool, {
      rep: sales.ann,
      deal,
      at: "2026-11-03T10:00:00Z",
      scores: { empathy: 7 },
    });
    await refreshMarts(db.pool);
    ann = await addAccount(db.pool, "Anna");
    web = await startWeb(db.pool, {
      openPages: { lookEveryMs: 100, restMs: 0, toldPerSecond: 500, perPerson: 300 },
    });
  });
  after(async () => {
    await web.close();
    await db.drop();
  });
  afterEach(async () => {
    for (const one of open.splice(0)) {
      one.hangUp();
      await one.ended;
    }
  });

  const signedIn = async (from = web) => {
    const visitor = createVisitor(from.url);
    await visitor.signIn(emailOf("Anna"), PASSWORD);
    return visitor;
  };
  const versionOf = async (visitor: Visitor, path: string) => {
    const html = await (await visitor.get(path)).text();
    return /data-changes="([^"]+)" data-version="([\w-]+)"/.exec(html)?.slice(1) ?? [];
  };
  const listen = async (visitor: Visitor, address: string, headers = {}, from = web) => {
    const one = await listenTo(from.url + address, { Cookie: visitor.cookies(), ...headers });
    open.push(one);
    return one;
  };
  /** Opens a page, and listens as its script does. */
  const openPage = async (visitor: Visitor, path: string, from = web) => {
    const [address, version] = await versionOf(visitor, path);
    return listen(visitor, `${address}?version=${version}`, {}, from);
  };
  const change = {
    quota: () => db.pool.query("UPDATE crm.quotas SET amount = amount + 1"),
    signal: () =>
      db.pool.query("UPDATE crm.conversation_signals SET signal_value = signal_value + 1"),
    deal: () => db.pool.query("UPDATE crm.opportunities SET amount = amount + 1"),
  };
  const sessionsOf = async (from = "open pages") =>
    (
      await db.pool.query(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1",
        [`tidemark ${from}`],
      )
    ).rows.map(({ pid }) => pid as number);

  it("hear of a commit, and only of those that their report shows, without anybody folding", async () => {
    const visitor = await signedIn();
    const dashboard = await openPage(visitor, `${DASHBOARD}?period=last_month&compare=none`);
    const weeks = await openPage(visitor, WEEKS);
    const outcomes = await openPage(visitor, OUTCOMES);
    const hears = async (pages: Listening[], ...counts: number[]) => {
      const start = performance.now();
      await Promise.all(pages.map((page, index) => page.waitFor(counts[index] as number)));
      expect(performance.now() - start).to.be.lessThan(SOON_MS);
    };
    const all = [dashboard, weeks, outcomes];
    await change.quota();
    await hears([dashboard], 1);
    await change.signal();
    await hears([weeks, outcomes], 1, 1);
    await change.deal();
    await hears([dashboard, outcomes], 2, 2);
    await db.pool.query("INSERT INTO crm.leads (last_name, company_name) VALUES ('Lee', 'Acme')");
    await db.pool.query("UPDATE crm.users SET last_name = 'Lee' WHERE id = $1", [sales.ann]);
    await hears(all, 3, 2, 3);
    expect(all.map((page) => page.events().length)).to.deep.equal([3, 2, 3]);
  });

  it("hear of what has no live layers when it is refreshed, and of no fold, refresh or pruning besides", async () => {
    const visitor = await signedIn();
    const dashboard = await openPage(visitor, DASHBOARD);
    const outcomes = await openPage(visitor, OUTCOMES);
    await foldMart(db.pool, "sales_dashboard");
    await refreshMart(db.pool, "sales_dashboard");
    await pruneChanges(db.pool);
    await refreshMart(db.pool, "signal_cut_points");
    await outcomes.waitFor(1);
    expect(dashboard.events()).to.deep.equal([]);
    await change.quota();
    await dashboard.waitFor(1);
    expect([dashboard, outcomes].map((page) => page.events().length)).to.deep.equal([1, 1]);
  });

  it("are told at once of what came between reading and listening, or while they were away, and of nothing twice", async () => {
    const visitor = await signedIn();
    const [address, before] = await versionOf(visitor, DASHBOARD);
    await change.quota();
    const late = await listen(visitor, `${address}?version=${before}`);
    const now = await late.waitFor(1);
    expect(now).not.to.equal(before);
    expect((await versionOf(visitor, DASHBOARD))[1]).to.equal(now);
    // A browser connects again to the same address, and says what it heard of last.
    const again = await listen(visitor, `${address}?version=${before}`, { "Last-Event-ID": now });
    await change.quota();
    expect(await again.waitFor(1)).not.to.equal(now);
    expect(await late.waitFor(2)).to.equal(again.events()[0]);
  });

  it("hear that something changed, and not what", async () => {
    const visitor = await signedIn();
    const page = await openPage(visitor, DASHBOARD);
    expect(page.response.statusCode).to.equal(200);
    expect(page.response.headers).to.include({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    });
    expect(page.response.headers).not.to.have.any.keys("etag", "content-encoding", "set-cookie");
    await change.deal();
    const version = await page.waitFor(1);
    expect(version).to.match(/^[\w-]{27}$/);
    expect(page.text()).to.match(
      /^retry: \d{4,5}\n\nevent: changed\nid: [\w-]{27}\ndata: changed\n\n$/,
    );
  });

  it("cost one session of the database, however many they are, and none when there are none", async () => {
    await waitUntil(
      db.pool,
      "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tidemark open pages'",
    );
    const visitor = await signedIn();
    const [address, version] = await versionOf(visitor, DASHBOARD);
    const pages = await Promise.all(
      Array.from({ length: 200 }, () => listen(visitor, `${address}?version=${version}`)),
    );
    await change.deal();
    await pages[0]?.waitFor(1);
    const [pid, ...more] = await sessionsOf();
    expect(pid).to.be.a("number");
    expect(more).to.deep.equal([]);
    const metrics = await (await web.get("/metrics")).text();
    expect(metrics).to.match(/^tidemark_open_pages 200$/m);

    await db.pool.query("SELECT pg_terminate_backend($1)", [pid]);
    await change.deal();
    await pages[0]?.waitFor(2);
    const after = await sessionsOf();
    expect(after).to.have.length(1).and.not.include(pid);
    expect(pages.filter(({ response }) => response.closed)).to.deep.equal([]);
  });

  it("are told one after the other, so that they do not all ask at once, and each not too often", async () => {
    const there = await startWeb(db.pool, {
      openPages: { lookEveryMs: 50, toldPerSecond: 20, restMs: 2_000, perPerson: 30 },
    });
    try {
      const visitor = await signedIn(there);
      const [address, version] = await versionOf(visitor, DASHBOARD);
      const pages = await Promise.all(
        Array.from({ length: 20 }, () =>
          listen(visitor, `${address}?version=${version}`, {}, there),
        ),
      );
      const toldAt = async (count: number) => {
        const times = await Promise.all(
          pages.map(async (page) => {
            await page.waitFor(count);
            return performance.now();
          }),
        );
        return times.sort((a, b) => a - b) as [number, ...number[]];
      };
      await change.deal();
      const first = await toldAt(1);
      expect((first.at(-1) ?? 0) - first[0]).to.be.within(800, 2_000);
      await change.deal();
      const second = await toldAt(2);
      expect(second[0] - first[0]).to.be.at.least(1_950);
    } finally {
      await there.close();
    }
  });

  it("wait while others that were told are being read, so that whoever clicks does not", async () => {
    const there = await startWeb(db.pool, {
      openPages: { lookEveryMs: 20, beatEveryMs: 50, renewedAtOnce: 1 },
    });
    const lock = await db.pool.connect();
    try {
      const visitor = await signedIn(there);
      const page = await openPage(visitor, DASHBOARD, there);
      const leaving = await signedIn(there);
      const left = await openPage(leaving, DASHBOARD, there);
      await lock.query("BEGIN; LOCK TABLE crm.quotas IN ACCESS EXCLUSIVE MODE");
      const reading = visitor.get(DASHBOARD, { "Tidemark-Unattended": "yes" });
      await waitUntil(
        db.pool,
        "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'crm.quotas'::regclass",
      );
      await change.deal();
      // Whoever signs out is let go in a look that has seen the change, too.
      await leaving.post("/sign-out");
      await left.ended;
      expect([page.events(), left.events()]).to.deep.equal([[], []]);
      // Nor is it told that it shows what there is.
      while (!page.text().endsWith(":\n\n:\n\n:\n\n")) await delay(10);
      await lock.query("COMMIT");
      expect((await reading).status).to.equal(200);
      await page.waitFor(1);
    } finally {
      await lock.query("ROLLBACK");
      lock.release();
      await there.close();
    }
  });

  it("stay open through long silence", async () => {
    const there = await startWeb(db.pool, { openPages: { lookEveryMs: 20, beatEveryMs: 50 } });
    try {
      const page = await openPage(await signedIn(there), DASHBOARD, there);
      const word = "event: unchanged\ndata: unchanged\n\n";
      while (!page.text().endsWith(word + word)) await delay(10);
    } finally {
      await there.close();
    }
  });

  it("end at once when the service does", async () => {
    const there = await startWeb(db.pool);
    const page = await openPage(await signedIn(there), DASHBOARD, there);
    const start = performance.now();
    await there.close();
    await page.ended;
    expect(performance.now() - start).to.be.lessThan(1_000);
    expect(page.response.complete).to.equal(true);
  });

  describe("are let go, and do not come back,", function () {
    this.timeout(30_000);
    /** Who has a page open hears no more of it after `work`, and is refused when the browser connects again. */
    const goesAfter = async (work: (visitor: Visitor) => Promise<unknown>, status: number) => {
      const visitor = await signedIn();
      const page = await openPage(visitor, DASHBOARD);
      const cookies = { Cookie: visitor.cookies() };
      await work(visitor);
      await page.ended;
      expect(page.response.complete).to.equal(true);
      const again = await listenTo(`${web.url}${DASHBOARD}/changes`, cookies);
      await again.ended;
      expect(again.response.statusCode).to.equal(status);
      expect(again.response.headers).not.to.have.property("location");
    };

    it("when their person signs out, while those of another browser stay", async () => {
      const visitor = await signedIn();
      const page = await openPage(visitor, DASHBOARD);
      await goesAfter((leaving) => leaving.post("/sign-out"), 401);
      await change.deal();
      await page.waitFor(1);
    });
    it("when the session has expired", () =>
      goesAfter(
        () => db.pool.query(`UPDATE ops.sessions SET expire = now() - interval '1 s'`),
        401,
      ));
    it("when the person is made inactive", async () => {
      try {
        await goesAfter(
          () => db.pool.query("UPDATE crm.users SET is_active = false WHERE id = $1", [ann]),
          401,
        );
      } finally {
        await db.pool.query("UPDATE crm.users SET is_active = true WHERE id = $1", [ann]);
      }
    });
    it("when the person loses the permission", async () => {
      const { rows } = await db.pool.query("SELECT * FROM crm.user_roles WHERE user_id = $1", [
        ann,
      ]);
      const put = "INSERT INTO crm.user_roles (user_id, role_id) VALUES ($1, $2)";
      try {
        await goesAfter(
          () => db.pool.query("DELETE FROM crm.user_roles WHERE user_id = $1", [ann]),
          403,
        );
      } finally {
        for (const { role_id } of rows) await db.pool.query(put, [ann, role_id]);
      }
    });
  });

  describe("are refused", () => {
    const answer = async (path: string, headers: Record<string, string>, from = web) => {
      const one = await listenTo(from.url + path, headers);
      await one.ended;
      const { statusCode } = one.response;
      return [statusCode, statusCode === 200 ? "" : JSON.parse(one.text()).error.code];
    };
    const changes = `${DASHBOARD}/changes`;

    it("to whoever has not signed in with a browser, or has no such report", async () => {
      expect(await answer(changes, {})).to.deep.equal([401, "not_signed_in"]);
      const token = { Authorization: web.authorization };
      expect(await answer(changes, token)).to.deep.equal([401, "not_signed_in"]);
      const cookies = { Cookie: (await signedIn()).cookies() };
      expect(await answer("/reports/ghost/changes", cookies)).to.deep.equal([404, "not_found"]);
      const odd = `${changes}?since=1`;
      expect(await answer(odd, cookies)).to.deep.equal([400, "bad_parameter"]);
      const visitor = await signedIn();
      await visitor.get(DASHBOARD);
      expect((await visitor.post(changes)).status).to.equal(405);
    });

    it("where there are too many, of one person or of all", async () => {
      for (const limits of [{ perPerson: 2 }, { perProcess: 2 }]) {
        const there = await startWeb(db.pool, { openPages: limits });
        try {
          const visitor = await signedIn(there);
          const [first] = [
            await openPage(visitor, DASHBOARD, there),
            await openPage(visitor, WEEKS, there),
          ];
          const cookies = { Cookie: visitor.cookies() };
          expect(await answer(changes, cookies, there)).to.deep.equal([503, "too_many_pages"]);
          const head = () =>
            fetch(there.url + changes, {
              method: "HEAD",
              headers: { Accept: "text/event-stream", ...cookies },
            });
          expect((await head()).status).to.equal(503);
          first?.hangUp();
          while ((await head()).status !== 200) await delay(10);
          expect((await openPage(visitor, WEEKS, there)).response.statusCode).to.equal(200);
        } finally {
          await there.close();
        }
      }
    });
  });

  it("are no use of a session: nobody need be there", async () => {
    const visitor = await signedIn();
    const isUsed = async (work: () => Promise<unknown>) => {
      await db.pool.query("UPDATE ops.sessions SET seen_at = now() - interval '5 min'");
      await work();
      const { rows } = await db.pool.query(
        "SELECT bool_or(seen_at > now() - interval '4 min') AS used FROM ops.sessions",
      );
      return rows[0].used;
    };
    const stream = async () => {
      const page = await listen(visitor, `${DASHBOARD}/changes`);
      await page.waitFor(1);
      page.hangUp();
      await page.ended;
    };
    expect(await isUsed(stream)).to.equal(false);
    const unattended = () => visitor.get(DASHBOARD, { "Tidemark-Unattended": "yes" });
    expect(await isUsed(unattended)).to.equal(false);
    expect(await isUsed(() => visitor.get(DASHBOARD))).to.equal(true);
  });
});
