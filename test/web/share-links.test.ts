import { Writable } from "node:stream";
import { expect } from "chai";
import { MOST_GUESSES } from "../../src/access/share-opening.ts";
import { formats } from "../../src/render/formats.ts";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { events } from "../support/audit-trail.ts";
import { chromiumPath } from "../support/browser.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { changed, fillIn, formOf } from "../support/forms.ts";
import { refreshMarts } from "../support/marts.ts";
import { exactRows } from "../support/page.ts";
import { pdfLetters } from "../support/pdf-letters.ts";
import { addSales } from "../support/sales.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";
import { contentOf } from "../support/workbook.ts";

const REPORT = "/reports/sales-dashboard";
const LINKS = "/account/links";
const NEW = `${LINKS}/new`;
const YEAR = `${REPORT}?period=this_year`;

describe("share links", () => {
  let db: TestDatabase;
  let web: WebServer;
  let open: WebServer;
  let off: WebServer;
  let ann: string;
  let rep: Visitor;
  let guest: Visitor;
  let ada: Visitor;

  before(async () => {
    db = await createTestDatabase();
    const { ann: owner } = await addSales(db.pool);
    await refreshMarts(db.pool);
    ann = await addAccount(db.pool, "Anna", "Sales Representative");
    await db.pool.query(
      "UPDATE crm.users SET team_id = (SELECT id FROM crm.teams WHERE name = 'North') WHERE id = $1",
      [ann],
    );
    await db.pool.query(
      "UPDATE crm.opportunities SET owner_user_id = $1 WHERE owner_user_id = $2",
      [ann, owner],
    );
    await addAccount(db.pool, "Guest", null);
    await addAccount(db.pool, "Ada", "Administrator");
    web = await startWeb(db.pool);
    open = await startWeb(db.pool, { shareLinks: { openTo: "anyone", mostDays: 7 } });
    off = await startWeb(db.pool, { shareLinks: { openTo: "off", mostDays: 30 } });
    [rep, guest, ada] = await Promise.all([signedIn("Anna"), signedIn("Guest"), signedIn("Ada")]);
  });
  beforeEach(() => db.pool.query("DELETE FROM ops.share_links; DELETE FROM ops.attempts"));
  after(async () => {
    await Promise.all([web, open, off].map((one) => one?.close()));
    await db.drop();
  });

  const signedIn = async (name: string, at = web) => {
    const visitor = createVisitor(at.url);
    await visitor.signIn(emailOf(name), PASSWORD);
    return visitor;
  };
  const addressIn = (html: string) => {
    const [, address = ""] = /<code class="secret">([^<]*)<\/code>/.exec(html) ?? [];
    return new URL(address).pathname;
  };
  /** @returns the path that the link leads to */
  const share = async (visitor: Visitor, path: string, changes = {}) =>
    addressIn(await (await fillIn(visitor, path, changes, NEW)).text());
  const read = async (visitor: Visitor, path: string) => {
    const answer = await visitor.get(path);
    expect(answer.status, path).to.equal(200);
    return answer.text();
  };
  const to = (answer: Response) => [answer.status, answer.headers.get("location")];
  const stored = async () => (await db.pool.query("SELECT * FROM ops.share_links")).rows;
  const anonymously = (at: WebServer, path: string, headers = {}) =>
    fetch(at.url + path, { redirect: "manual", headers: { Accept: "text/html", ...headers } });
  const isEnded = async (answer: Response, about?: string) => {
    expect(answer.status, about).to.equal(410);
    expect(answer.headers.get("cache-control")).to.equal("no-store");
    const html = await answer.text();
    expect(html).to.include("This link opens nothing.");
    expect(html, "a hint").not.to.match(/Anna|Sales dashboard<|period/);
  };

  it("are made from the page of a report, and shown once", async () => {
    const answer = await fillIn(rep, YEAR, { days: "1" }, NEW);
    expect([answer.status, answer.headers.get("cache-control")]).to.deep.equal([200, "no-store"]);
    const path = addressIn(await answer.text());
    expect(path).to.match(/^\/shared\/[\w-]{43}$/);
    const token = path.slice(8);
    const [link] = await stored();
    expect(link).to.include({ user_id: ann, report: "sales-dashboard", query: "period=this_year" });
    expect(link.row_permission).to.equal("report:view_own");
    const hours = (Date.parse(link.expires_at) - Date.parse(link.created_at)) / 3_600_000;
    expect(hours).to.equal(24);
    expect(JSON.stringify(link)).not.to.include(token);
    expect(await read(rep, LINKS))
      .to.include("Sales dashboard")
      .and.not.include(token);
    expect((await events(db.pool, "share_link_created")).at(-1)).to.deep.include({
      actor_user_id: ann,
      subject: "sales-dashboard",
      address: "127.0.0.1",
    });
  });

  it("show whoever signs in what their maker sees, and nothing of what else they may open", async () => {
    const path = await share(rep, YEAR);
    const html = await read(guest, path);
    const own = await read(rep, YEAR);
    for (const section of ["summary", "reps"])
      expect(exactRows(html, section), section)
        .to.deep.equal(exactRows(own, section))
        .and.have.length.greaterThan(0);
    expect(exactRows(html, "reps").map((row) => row.owner_user_id)).to.include(ann);
    expect(html).to.match(
      /Shared by <strong>Anna<\/strong>, with the rows that Anna sees, until <time datetime="2\d{3}-/,
    );
    expect(html).to.include(">2026 to date<");
    // The frame is the guest's, who may open nothing.
    expect(html).to.include(">Guest</a>").and.not.include('href="/reports/');
    for (const word of ["Save this view", "Make a link", "<form class", "data-changes"])
      expect(html).not.to.include(word);
    // Ada's leads to what is hers.
    expect(await read(ada, path)).to.include('href="/reports/sales-dashboard"');
    expect(await read(ada, path)).not.to.include('href="/reports/sales-dashboard?');
  });

  it("are had on paper: the same rows and filters, and whose they are", async function () {
    if (!chromiumPath()) return this.skip();
    this.timeout(120_000);
    const path = await share(rep, YEAR);
    expect(await read(guest, path)).to.include(`href="${path}.pdf"`);
    const answer = await guest.get(`${path}.pdf`);
    expect([answer.status, answer.headers.get("content-type")]).to.deep.equal([
      200,
      "application/pdf",
    ]);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const letters = pdfLetters(bytes);
    expect(letters).to.include("SharedbyAnna,withtherowsthatAnnasees");
    expect(letters).to.include("2026todate").and.include("ForGuest").and.include("All1rep");
    expect(letters).not.to.match(/Bob|Cyd|Anameshows/);
    // Whoever gets the paper has not got the link.
    expect(bytes.toString("latin1")).not.to.include(path.slice(8));
    const tag = answer.headers.get("etag") ?? "";
    expect((await guest.get(`${path}.pdf`, { "If-None-Match": tag })).status).to.equal(304);
    expect((await guest.get(path, { "If-None-Match": tag })).status).to.equal(200);
    for (const query of ["period=all", "owner=Bob", "section=reps", "numbers=string"])
      expect((await guest.get(`${path}.pdf?${query}`)).status, query).to.equal(400);
    const [event] = (await events(db.pool, "export")).slice(-1);
    const [{ id }] = await stored();
    expect(event?.details).to.deep.equal({
      format: "pdf",
      query: "period=this_year",
      share_link_id: id,
      owner: emailOf("Anna"),
      complete: true,
    });
  });

  it("say nothing of links that are not there", async () => {
    const note = "A name shows that rep alone.";
    expect(await read(rep, YEAR)).to.include(note);
    const html = await read(guest, await share(rep, YEAR));
    expect(html).to.include("By won revenue.").and.not.include(note);
  });

  it("can be downloaded as what is shown, in every format", async () => {
    const path = await share(rep, YEAR);
    const html = await read(guest, path);
    for (const format of formats) {
      expect(html).to.include(`href="${path}.${format}"`);
      for (const section of ["", "section=summary", "section=trend"]) {
        const theirs = await guest.get(`${path}.${format}?${section}`);
        expect(theirs.status).to.equal(200);
        const own = await rep.get(`${REPORT}.${format}?period=this_year&${section}`);
        expect(await contentOf(theirs), section).to.equal(await contentOf(own));
        expect(theirs.headers.get("x-row-count")).to.equal(own.headers.get("x-row-count"));
      }
    }
    const text = await guest.get(`${path}.json?numbers=string`);
    expect(((await text.json()) as { won_amount: unknown }[])[0]?.won_amount).to.be.a("string");
  });

  it("have filters that nobody can change", async () => {
    const path = await share(rep, `${YEAR}&team=North`);
    for (const [ending, query] of [
      ["", "period=all"],
      ["", "team="],
      ["", "team=North"],
      ["", "from=&to="],
      ["", "section=reps"],
      ["", "token=x"],
      [".csv", "period=all"],
      [".json", "section=reps&team=South"],
      [".json", "mood=good"],
    ]) {
      const answer = await guest.get(`${path}${ending}?${query}`, { Accept: "*/*" });
      expect(answer.status, `${ending}?${query}`).to.equal(400);
      expect(await answer.text()).to.include("nobody can change what is shared here");
    }
    expect((await guest.get(`${path}.csv?section=ghost`)).status).to.equal(400);
    expect((await guest.post(path, {})).status).to.be.oneOf([403, 405]);
    expect((await guest.get(`${path}.docx`)).status).to.equal(410);
  });

  it("let whoever opens them sort what is shown and turn its pages, and nothing more", async () => {
    const path = await share(ada, `${REPORT}?period=all&sort=won_amount`);
    expect((await stored())[0].query).to.equal("period=all&sort=won_amount");
    const order = async (query: string) =>
      exactRows(await read(guest, `${path}${query}`), "reps")
        .slice(0, -1)
        .map((row) => row.rep_name);
    const html = await read(guest, path);
    const [, sorted = ""] = /class="sort" href="([^"]+)"/.exec(html) ?? [];
    expect(sorted.replaceAll("&#x3D;", "=")).to.match(new RegExp(`^${path}\\?sort=`));
    const names = await order("?sort=rep_name");
    expect(names).to.deep.equal(names.toSorted()).and.have.length.greaterThan(2);
    expect(await order(""))
      .to.have.members(names)
      .and.not.deep.equal(names);
    const own = await ada.get(`${REPORT}.csv?period=all&sort=-rep_name`);
    expect(await (await guest.get(`${path}.csv?sort=-rep_name`)).text()).to.equal(await own.text());
    expect((await guest.get(`${path}?page=2`)).status).to.equal(200);
    expect((await guest.get(`${path}?sort=ghost`)).status).to.equal(400);
    expect((await guest.get(`${path}.csv?page=2`)).status).to.equal(400);
    await db.pool.query("UPDATE ops.share_links SET query = 'sort=ghost'");
    await isEnded(await guest.get(path));
  });

  it("move with a period that moves, unless its dates were fixed", async () => {
    const month = `${REPORT}?period=this_month`;
    const moving = await share(rep, month);
    const fixed = await share(rep, month, { dates: "fixed" });
    const later = await startWeb(db.pool, { now: () => new Date("2026-12-05T12:00:00Z") });
    try {
      const visitor = createVisitor(later.url, { Cookie: guest.cookies() });
      expect(await read(guest, moving)).to.include("November 2026 to date");
      expect(await read(visitor, moving)).to.include("December 2026 to date");
      for (const one of [guest, visitor])
        expect(await read(one, fixed)).to.include("1 Nov to 30 Nov 2026");
    } finally {
      await later.close();
    }
    // What stands still already has nothing to choose.
    const dates = await read(rep, `${REPORT}?period=2026-01-01..2026-03-31`);
    expect(dates).not.to.include("These dates");
    expect(await read(rep, `${REPORT}?period=all`)).not.to.include("These dates");
  });

  it("ask whoever is not signed in to do so, and lead on from there", async () => {
    const path = await share(rep, YEAR);
    const answer = await anonymously(web, path);
    const sign = `/sign-in?next=${encodeURIComponent(path)}`;
    expect(to(answer)).to.deep.equal([303, sign]);
    expect((await anonymously(web, `${path}.csv`)).status).to.equal(401);
    const visitor = createVisitor(web.url);
    await visitor.get(sign);
    const fields = { email: emailOf("Guest"), password: PASSWORD, next: path };
    expect(to(await visitor.post("/sign-in", fields))).to.deep.equal([303, path]);
    // A token is made for other things.
    expect((await web.get(path, { headers: { Accept: "*/*" } })).status).to.equal(401);
    // Nobody hears that there is no such link before they have signed in.
    expect(to(await anonymously(web, "/shared/nothing"))[0]).to.equal(303);
  });

  it("open to anyone where that is set, in no frame", async () => {
    const path = await share(await signedIn("Anna", open), YEAR);
    const answer = await anonymously(open, path);
    expect(answer.status).to.equal(200);
    const html = await answer.text();
    expect(html).to.include("Shared by <strong>Anna</strong>");
    expect(html).not.to.match(/class="person"|\/account|\/sign-out|href="\/reports\//);
    expect((await anonymously(open, `${path}.csv`)).status).to.equal(200);
    // With another setting they do not, from the next request on.
    expect((await anonymously(web, path)).status).to.equal(303);
  });

  it("are neither made nor opened where they are off", async () => {
    const path = await share(rep, YEAR);
    const visitor = createVisitor(off.url, { Cookie: rep.cookies() });
    expect(await read(visitor, YEAR)).not.to.include("Make a link");
    await visitor.get(LINKS);
    const fields = { report: "sales-dashboard", query: "", days: "7" };
    expect((await visitor.post(NEW, fields)).status).to.equal(403);
    await isEnded(await createVisitor(off.url, { Cookie: guest.cookies() }).get(path));
    await isEnded(await anonymously(off, path));
  });

  it("open as long as they were made for, and no longer than the operator allows", async () => {
    const html = await read(await signedIn("Anna", open), YEAR);
    const days = [...html.matchAll(/<option value="(\d+)"/g)].map(([, count]) => count);
    expect(days).to.deep.equal(["1", "7"]);
    expect(await read(rep, YEAR)).to.include('<option value="30">for 30 days');
    for (const wrong of ["", "0", "31", "1e1", "-1", "7 ", "365"]) {
      const refused = await fillIn(rep, YEAR, { days: wrong, dates: "fixed" }, NEW);
      expect(refused.status, wrong).to.equal(400);
      const again = await refused.text();
      expect(again).to.include("A link opens for 1, 7, 30 days").and.include("No link was made");
      expect(again).to.match(/value="fixed" checked/);
      expect(formOf(again, NEW).get("query")).to.equal("period=this_year");
    }
    expect(await stored()).to.deep.equal([]);
  });

  describe("open nothing", () => {
    let path: string;
    const ends = async (who = guest) => {
      for (const ending of ["", ".csv?section=reps", ".pdf"])
        await isEnded(await who.get(path + ending));
      const json = await guest.get(`${path}.json`);
      expect(json.status).to.equal(410);
      expect(((await json.json()) as { error: { code: string } }).error.code).to.equal(
        "link_ended",
      );
    };
    beforeEach(async () => {
      path = await share(rep, YEAR);
      await read(guest, path);
    });

    for (const [when, sql, back] of [
      [
        "they have expired",
        "UPDATE ops.share_links SET created_at = now() - interval '9 days', expires_at = now()",
      ],
      [
        "their maker is deactivated",
        "UPDATE crm.users SET is_active = false WHERE first_name = 'Anna'",
        "UPDATE crm.users SET is_active = true WHERE first_name = 'Anna'",
      ],
      ["the report is gone", "UPDATE ops.share_links SET report = 'ghost'"],
      ["a filter fits no more", "UPDATE ops.share_links SET query = 'team=Gone'"],
      ["a parameter is gone", "UPDATE ops.share_links SET query = 'mood=good'"],
    ] as const)
      it(`when ${when}`, async () => {
        await db.pool.query(sql);
        try {
          await ends();
        } finally {
          if (back) await db.pool.query(back);
        }
      });

    for (const permission of ["report:sales", "report:view_own", "export:download"])
      it(`when their maker has lost ${permission}`, async () => {
        const revoke = `
          WITH lost AS (
            DELETE FROM crm.role_permissions USING crm.permissions, crm.roles
            WHERE permission_id = permissions.id AND role_id = roles.id
              AND permission_name = '${permission}' AND role_name = 'Sales Representative'
            RETURNING role_id, permission_id
          ) SELECT * FROM lost`;
        const [lost] = (await db.pool.query(revoke)).rows;
        try {
          await ends();
        } finally {
          await db.pool.query("INSERT INTO crm.role_permissions VALUES ($1, $2)", [
            lost.role_id,
            lost.permission_id,
          ]);
        }
        await read(guest, path);
      });

    const alsoAs = async (role: string, work: () => Promise<void>) => {
      const id = `(SELECT id FROM crm.roles WHERE role_name = '${role}')`;
      await db.pool.query(`INSERT INTO crm.user_roles VALUES ('${ann}', ${id})`);
      try {
        await work();
      } finally {
        await db.pool.query(`DELETE FROM crm.user_roles WHERE role_id = ${id} AND user_id = $1`, [
          ann,
        ]);
      }
    };

    it("when their maker has come to see other people's rows, which they did not mean to share", () =>
      alsoAs("Sales Manager", () => ends()));

    it("when their maker no longer sees other people's rows, which they shared", async () => {
      await alsoAs("Sales Manager", async () => {
        path = await share(rep, YEAR);
        await read(guest, path);
      });
      await ends();
    });

    it("when they are revoked, also for who has the page already", async () => {
      const tag = (await guest.get(path)).headers.get("etag") ?? "";
      expect((await guest.get(path, { "If-None-Match": tag })).status).to.equal(304);
      const [{ id }] = await stored();
      expect(to(await fillIn(rep, LINKS, {}, `${LINKS}/${id}/revoke`))).to.deep.equal([
        303,
        `${LINKS}?done=revoked`,
      ]);
      await ends();
      expect((await guest.get(path, { "If-None-Match": tag })).status).to.equal(410);
      expect(await read(rep, LINKS)).to.include('<span class="flag">revoked</span>');
    });

    it("when the demo is over, where somebody of the demo made them", async () => {
      await db.pool.query(
        `UPDATE crm.users SET source = 'demo' WHERE id = '${ann}';
         INSERT INTO ops.settings (key, value) VALUES ('demo_data', 'true');
         DELETE FROM ops.settings WHERE key = 'demo_data';
         UPDATE crm.users SET source = 'tidemark' WHERE id = '${ann}'`,
      );
      await ends();
      rep = await signedIn("Anna");
    });
  });

  it("are read as their maker now: what is theirs today is in them, and what is not is not", async () => {
    const path = await share(rep, `${REPORT}?period=all`);
    const amount = async () => exactRows(await read(guest, path), "summary")[0]?.won_amount;
    const before = Number(await amount());
    await db.pool.query(
      "UPDATE crm.opportunities SET amount = amount + 5 WHERE amount = 3000 AND owner_user_id = $1",
      [ann],
    );
    expect(Number(await amount()) - before).to.equal(5);
    await db.pool.query(
      "UPDATE crm.opportunities SET amount = amount + 1000000 WHERE owner_user_id <> $1",
      [ann],
    );
    expect(Number(await amount()) - before).to.equal(5);
  });

  it("have ETags of their own", async () => {
    const path = await share(rep, YEAR);
    const other = await share(rep, YEAR);
    const pairs = ["", ".csv", ".json"];
    for (const form of pairs) {
      const own = form === "" ? YEAR : `${REPORT}${form}?period=this_year`;
      const tags = await Promise.all(
        [rep.get(own), rep.get(path + form), rep.get(other + form), guest.get(path + form)].map(
          async (answer) => (await answer).headers.get("etag") ?? "",
        ),
      );
      const [mine, linked, second, guests] = tags as [string, string, string, string];
      expect(new Set([mine, linked, second]).size, form).to.equal(3);
      if (form === "") expect(guests).not.to.equal(linked);
      const ask = async (visitor: Visitor, at: string, tag: string) =>
        (await visitor.get(at, { "If-None-Match": tag })).status;
      expect(await ask(rep, own, linked)).to.equal(200);
      expect(await ask(rep, path + form, mine)).to.equal(200);
      expect(await ask(guest, path + form, mine)).to.equal(200);
      expect(await ask(guest, path + form, guests)).to.equal(304);
    }
  });

  it("are told to nobody by whoever opens them: no referrer, no index, no log", async () => {
    let log = "";
    const stream = new Writable({
      write(chunk, _encoding, done) {
        log += chunk;
        done();
      },
    });
    const logged = await startWeb(db.pool, { logTo: stream });
    try {
      const path = await share(rep, YEAR);
      const token = path.slice(8);
      const visitor = createVisitor(logged.url, { Cookie: guest.cookies() });
      for (const ending of ["", ".csv", "?a=b", ".json?period=never", "/", "%20", ".CSV"]) {
        const answer = await visitor.get(path + ending);
        await answer.text();
        if (ending === "/") continue;
        expect(answer.headers.get("referrer-policy"), ending).to.equal("no-referrer");
        expect(answer.headers.get("x-robots-tag"), ending).to.equal("noindex, nofollow");
      }
      await anonymously(logged, path);
      await anonymously(logged, path.replace("shared", "Shared"));
      expect(log).to.include("/shared/-.csv").and.not.include(token);
      const { rows } = await db.pool.query("SELECT audit_events::text FROM ops.audit_events");
      expect(JSON.stringify(rows)).not.to.include(token);
    } finally {
      await logged.close();
    }
  });

  it("cannot be guessed at leisure, and nobody hears which are near", async () => {
    const path = await share(rep, YEAR);
    const guess = async (n: number) => (await guest.get(`/shared/${n}`)).status;
    for (let n = 0; n < MOST_GUESSES; n += 10) {
      const found = await Promise.all(Array.from({ length: 10 }, (_, i) => guess(n + i)));
      expect(new Set(found)).to.deep.equal(new Set([410]));
    }
    const refused = await guest.get("/shared/more");
    expect(refused.status).to.equal(429);
    expect(Number(refused.headers.get("retry-after"))).to.be.within(1, 900);
    expect(await refused.text()).to.include("Too many attempts from this network");
    expect((await guest.get(path)).status, "right, and too late").to.equal(429);
    await db.pool.query("DELETE FROM ops.attempts");
    // Opening counts for nothing.
    for (let n = 0; n < 5; n += 1) await read(guest, path);
    const { rows } = await db.pool.query(
      "SELECT points FROM ops.attempts WHERE key LIKE 'share\\_link:%'",
    );
    expect(rows).to.deep.equal([{ points: 0 }]);
  });

  it("are in the audit trail: made, opened by whom, downloaded by whom, revoked", async () => {
    const path = await share(rep, YEAR);
    const [{ id }] = await stored();
    const about = { share_link_id: id, owner: emailOf("Anna") };
    const { rows } = await db.pool.query("SELECT max(id) AS id FROM ops.audit_events");
    const since = async (kind: string) =>
      (
        await db.pool.query(
          `SELECT actor_name, means, address, subject, details
           FROM ops.audit_events WHERE kind = $1 AND id > $2 ORDER BY id`,
          [kind, rows[0].id],
        )
      ).rows;
    for (let n = 0; n < 3; n += 1) await read(guest, path);
    await read(ada, path);
    await anonymously(open, path);
    const opened = { address: "127.0.0.1", subject: "sales-dashboard", details: about };
    expect(await since("share_link_opened")).to.deep.equal([
      { actor_name: "Guest", means: "session", ...opened },
      { actor_name: "Ada", means: "session", ...opened },
      { actor_name: "nobody known", means: "none", ...opened },
    ]);
    await (await guest.get(`${path}.csv?section=summary`)).text();
    await (await anonymously(open, `${path}.json`)).text();
    const [byGuest, byNobody] = await since("export");
    expect(byGuest).to.deep.include({ actor_name: "Guest", subject: "sales-dashboard/summary" });
    expect(byGuest.details).to.deep.include({
      ...about,
      format: "csv",
      query: "period=this_year",
      section: "summary",
      rows: 1,
      complete: true,
    });
    expect(byNobody).to.deep.include({ actor_name: "nobody known", address: "127.0.0.1" });
    expect(byNobody.details).to.include({ share_link_id: id, query: "period=this_year" });
    await rep.get(LINKS);
    for (let n = 0; n < 2; n += 1) await rep.post(`${LINKS}/${id}/revoke`);
    expect((await since("share_link_revoked")).map(({ details }) => details)).to.deep.equal([
      about,
    ]);
    const { rows: link } = await db.pool.query("SELECT last_opened_at FROM ops.share_links");
    expect(link[0].last_opened_at).to.be.a("string");
  });

  it("of others are neither seen nor revoked, except by who manages tokens", async () => {
    await share(rep, YEAR);
    const [{ id }] = await stored();
    expect(await read(guest, LINKS)).to.include("There are no links.");
    expect((await guest.post(`${LINKS}/${id}/revoke`)).status).to.equal(404);
    expect((await guest.get("/admin/links")).status).to.equal(403);
    expect((await guest.post(`/admin/links/${id}/revoke`)).status).to.equal(403);
    expect((await guest.post(`${LINKS}/nonsense/revoke`)).status).to.equal(404);
    const html = await read(ada, "/admin/links");
    expect(html).to.include(emailOf("Anna")).and.include("period this_year");
    expect((await fillIn(ada, "/admin/links", {}, `/admin/links/${id}/revoke`)).status).to.equal(
      303,
    );
    expect(await read(rep, LINKS)).to.include('<span class="flag">revoked</span>');
  });

  it("are made by people who may download, of reports that they may open", async () => {
    await guest.get("/account");
    const fields = { report: "sales-dashboard", query: "", days: "7" };
    expect((await guest.post(NEW, fields)).status).to.equal(403);
    const html = await read(rep, YEAR);
    const form = formOf(html, NEW);
    const send = async (changes: Record<string, string>) =>
      (await rep.post(NEW, changed(new URLSearchParams(form), changes))).status;
    expect(await send({ report: "ghost" })).to.equal(404);
    expect(await send({ query: "team=Nowhere" })).to.equal(400);
    expect(await send({ query: "mood=good" })).to.equal(400);
    expect(await send({ form_token: "guess" })).to.equal(403);
    const headers = { Accept: "*/*" };
    const body = new URLSearchParams(fields);
    expect((await web.get(NEW, { method: "POST", headers, body })).status).to.equal(401);
    expect(await stored()).to.deep.equal([]);
    expect(await (await web.get(YEAR)).text()).not.to.include("Make a link");
  });
});
