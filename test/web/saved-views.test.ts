import { expect } from "chai";
import { MOST_VIEWS } from "../../src/access/saved-views.ts";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { changed, fillIn, formOf } from "../support/forms.ts";
import { refreshMarts } from "../support/marts.ts";
import { addSales } from "../support/sales.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const REPORT = "/reports/sales-dashboard";
const VIEWS = "/account/views";
const NORTH = `${REPORT}?period=this_month&team=North`;

describe("saved views", () => {
  let db: TestDatabase;
  let web: WebServer;
  let ada: Visitor;
  let fin: Visitor;

  before(async () => {
    db = await createTestDatabase();
    await addSales(db.pool);
    await refreshMarts(db.pool);
    await addAccount(db.pool, "Ada", "Administrator");
    await addAccount(db.pool, "Fin", "Finance");
    web = await startWeb(db.pool);
    [ada, fin] = await Promise.all([signedIn("Ada"), signedIn("Fin")]);
  });
  beforeEach(() => db.pool.query("DELETE FROM ops.start_pages; DELETE FROM ops.saved_views"));
  after(async () => {
    await web.close();
    await db.drop();
  });

  const signedIn = async (name: string) => {
    const visitor = createVisitor(web.url);
    await visitor.signIn(emailOf(name), PASSWORD);
    return visitor;
  };
  const page = async (visitor: Visitor, path: string) => (await visitor.get(path)).text();
  const to = (answer: Response) => [answer.status, answer.headers.get("location")];
  const save = (visitor: Visitor, path: string, name: string) =>
    fillIn(visitor, path, { name }, VIEWS);
  const stored = async () =>
    (
      await db.pool.query(
        `SELECT first_name AS person, report, name, query
         FROM ops.saved_views JOIN crm.users ON users.id = user_id ORDER BY saved_views.created_at`,
      )
    ).rows;
  const idOf = async (name: string) =>
    (await db.pool.query("SELECT id FROM ops.saved_views WHERE name = $1", [name])).rows[0]
      .id as string;

  it("are saved from the page of a report, as it is asked for in the fewest words", async () => {
    const long = `${REPORT}?team=North&compare=previous&period=this_month&currency=USD`;
    expect(to(await save(ada, long, " Month in the north "))).to.deep.equal([303, NORTH]);
    expect(await stored()).to.deep.equal([
      {
        person: "Ada",
        report: "sales-dashboard",
        name: "Month in the north",
        query: "period=this_month&team=North",
      },
    ]);
    for (const path of [NORTH, REPORT, "/reports", VIEWS])
      expect(await page(ada, path), path)
        .to.include("Month in the north")
        .and.include('href="/reports/sales-dashboard?period&#x3D;this_month&amp;team&#x3D;North"');
    expect(await page(ada, NORTH)).to.include('<summary class="button">Month in the north<');
    expect(await page(ada, REPORT)).to.include('<summary class="button">Views<');
    expect(await page(ada, "/reports/signal-outcomes")).not.to.include("Month in the north");
  });

  it("keep how tables are sorted, and not on which page they are", async () => {
    const sorted = `${REPORT}?team=North&sort=-won_amount`;
    expect(to(await save(ada, `${sorted}&page=1`, "Sorted"))).to.deep.equal([303, sorted]);
    expect(await page(ada, `${sorted}&page=1`)).to.include('<summary class="button">Sorted<');
    const form = "period=fiscal_quarter&from=&to=&compare=previous&currency=USD&sort=-won_amount";
    expect(to(await ada.get(`${REPORT}?${form}`))).to.deep.equal([
      303,
      `${REPORT}?sort=-won_amount`,
    ]);
  });

  it("keep a period that goes on with time", async () => {
    await save(ada, NORTH, "Month");
    const next = await startWeb(db.pool, { now: () => new Date("2026-12-05T12:00:00Z") });
    try {
      const later = createVisitor(next.url, { Cookie: ada.cookies() });
      expect(await page(ada, NORTH)).to.include("November 2026 to date");
      expect(await page(later, NORTH)).to.include("December 2026 to date");
    } finally {
      await next.close();
    }
  });

  it("are nobody else's to see, rename, replace, delete or begin with", async () => {
    await save(ada, NORTH, "Mine");
    const id = await idOf("Mine");
    for (const path of [NORTH, REPORT, "/reports", VIEWS, "/account"])
      expect(await page(fin, path), path).not.to.include("Mine");
    const asked = { report: "sales-dashboard", query: "" };
    await fin.get(VIEWS);
    for (const [path, fields] of [
      [`${VIEWS}/${id}`, { name: "Theirs" }],
      [`${VIEWS}/${id}/replace`, asked],
      [`${VIEWS}/${id}/delete`, {}],
      ["/account/start", { start: `view ${id}` }],
      [`${VIEWS}/nonsense/delete`, {}],
      ["/account/start", { start: "view nonsense" }],
    ] as const)
      expect((await fin.post(path, { ...fields })).status, path).to.equal(404);
    expect((await stored()).map(({ name, query }) => [name, query])).to.deep.equal([
      ["Mine", "period=this_month&team=North"],
    ]);
    // The same name is free for everybody else.
    expect((await save(fin, REPORT, "mine")).status).to.equal(303);
  });

  it("are for people with a browser: programs neither make nor see any", async () => {
    await save(ada, NORTH, "Mine");
    const headers = { Accept: "*/*" };
    expect((await web.get(VIEWS, { headers })).status).to.equal(401);
    const body = new URLSearchParams({ report: "sales-dashboard", query: "", name: "x" });
    expect((await web.get(VIEWS, { method: "POST", headers, body })).status).to.equal(401);
    expect(await (await web.get(REPORT)).text()).not.to.include("Save this view");
  });

  for (const [what, name, reason] of [
    ["have a name", "  ", "A view has a name."],
    ["have a name that fits", "x".repeat(61), "At most 60 characters."],
    ["have a name of their own, in small letters or capitals", "MONTH", "of this name already"],
  ] as const)
    it(`${what}; what was typed stays`, async () => {
      await save(ada, REPORT, "Month");
      const refused = await save(ada, NORTH, name);
      expect(refused.status).to.equal(400);
      const html = await refused.text();
      expect(html).to.include(reason);
      const form = formOf(html, VIEWS);
      expect(form.get("name")).to.equal(name);
      expect((await ada.post(VIEWS, changed(form, { name: "Another" }))).status).to.equal(303);
      expect((await stored()).at(-1)).to.include({ name: "Another", report: "sales-dashboard" });
    });

  it("are replaced where the name is taken, or from the page with other filters", async () => {
    await save(ada, REPORT, "Month");
    const path = `${VIEWS}/${await idOf("Month")}/replace`;
    const refused = await (await save(ada, NORTH, "month")).text();
    expect(to(await ada.post(path, formOf(refused, path)))).to.deep.equal([303, NORTH]);
    const south = `${REPORT}?team=South%20%3C%26%3E`;
    expect((await fillIn(ada, south, {}, path)).status).to.equal(303);
    expect((await stored()).map(({ name, query }) => [name, query])).to.deep.equal([
      ["Month", "team=South+%3C%26%3E"],
    ]);
    // A view stays one of its report.
    const other = { report: "signal-outcomes", query: "" };
    expect((await ada.post(path, other)).status).to.equal(404);
  });

  it("are renamed and deleted", async () => {
    for (const name of ["One", "Two"]) await save(ada, NORTH, name);
    const path = `${VIEWS}/${await idOf("One")}`;
    const taken = await fillIn(ada, VIEWS, { name: "TWO" }, path);
    expect(taken.status).to.equal(400);
    expect(formOf(await taken.text(), path).get("name")).to.equal("TWO");
    expect(to(await fillIn(ada, VIEWS, { name: "one" }, path))).to.deep.equal([
      303,
      `${VIEWS}?done=saved`,
    ]);
    expect((await ada.post(`${path}/delete`)).status).to.equal(303);
    expect((await stored()).map(({ name }) => name)).to.deep.equal(["Two"]);
  });

  it("are no more than a person can look through, however many are saved at once", async () => {
    await db.pool.query(
      `INSERT INTO ops.saved_views (user_id, report, name, query)
       SELECT id, 'sales-dashboard', 'View ' || n, '' FROM crm.users, generate_series(2, $1) AS n
       WHERE first_name = 'Ada'`,
      [MOST_VIEWS],
    );
    await ada.get(REPORT);
    const fields = { report: "sales-dashboard", query: "" };
    const answers = await Promise.all(
      ["a", "b", "c"].map((name) => ada.post(VIEWS, { ...fields, name })),
    );
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([303, 400, 400]);
    expect(await page(ada, VIEWS)).to.include("View 100");
  });

  it("of filters that do not exist are not saved", async () => {
    await ada.get(REPORT);
    const fields = { report: "sales-dashboard", name: "x" };
    for (const query of ["team=Nowhere", "mood=good", "period=never"])
      expect((await ada.post(VIEWS, { ...fields, query })).status, query).to.equal(400);
    expect((await ada.post(VIEWS, { ...fields, report: "ghost", query: "" })).status).to.equal(404);
    expect(await stored()).to.deep.equal([]);
  });

  it("whose filters have gone say what is wrong, and can be deleted there", async () => {
    await db.pool.query("INSERT INTO crm.teams (name) VALUES ('Gone')");
    await save(ada, `${REPORT}?team=Gone`, "Their month");
    await db.pool.query("DELETE FROM crm.teams WHERE name = 'Gone'");
    const answer = await ada.get(`${REPORT}?team=Gone`);
    expect(answer.status).to.equal(400);
    const html = await answer.text();
    expect(html).to.include("there is no &quot;Gone&quot;").and.include("Your view Their month");
    // Nobody else's, and no other address.
    expect(await page(fin, `${REPORT}?team=Gone`)).not.to.include("Delete the view");
    expect(await page(ada, `${REPORT}?team=Other`)).not.to.include("Delete the view");
    const path = `${VIEWS}/${await idOf("Their month")}/delete`;
    expect((await ada.post(path, formOf(html, path))).status).to.equal(303);
    expect(await stored()).to.deep.equal([]);
  });

  it("are part of what a browser keeps of the page", async () => {
    const ask = async (tag: string) => (await ada.get(REPORT, { "If-None-Match": tag })).status;
    const tag = (await ada.get(REPORT)).headers.get("etag") ?? "";
    expect(await ask(tag)).to.equal(304);
    await save(ada, REPORT, "New");
    expect(await ask(tag)).to.equal(200);
  });

  it("of a report that one may open no more can only be deleted", async () => {
    await save(fin, NORTH, "Of old");
    await db.pool.query("UPDATE ops.saved_views SET report = 'rep-weekly-scores'");
    const html = await page(fin, VIEWS);
    expect(html).to.include("rep-weekly-scores, which you cannot open any more");
    expect(html).not.to.include('href="/reports/rep-weekly-scores');
    expect(await page(fin, "/reports")).not.to.include("Of old");
    expect((await fin.post(`${VIEWS}/${await idOf("Of old")}/delete`)).status).to.equal(303);
  });

  describe("and what one begins with", () => {
    const begin = (visitor: Visitor, start: string, next?: string) =>
      visitor.post("/account/start", { start, ...(next !== undefined && { next }) });
    const opens = async (visitor: Visitor) => to(await visitor.get("/"));
    const GONE = "not there for you any more";

    it("is the catalogue, unless one says otherwise", async () => {
      expect(await opens(ada)).to.deep.equal([302, "/reports"]);
      expect(await page(ada, "/reports")).not.to.include(GONE);
    });

    it("is a report or a view of one's own, chosen on its page or under the account", async () => {
      expect(to(await fillIn(ada, REPORT, {}, "/account/start"))).to.deep.equal([303, REPORT]);
      expect(await opens(ada)).to.deep.equal([302, REPORT]);
      expect(await page(ada, REPORT)).to.include("You begin with this.");
      expect(await opens(fin)).to.deep.equal([302, "/reports"]);

      await save(ada, NORTH, "Month");
      expect((await fillIn(ada, NORTH, {}, "/account/start")).status).to.equal(303);
      expect(await opens(ada)).to.deep.equal([302, NORTH]);
      const html = await page(ada, VIEWS);
      expect(formOf(html, "/account/start").get("start")).to.equal(`view ${await idOf("Month")}`);

      await fillIn(ada, VIEWS, { start: "" }, "/account/start");
      expect(await opens(ada)).to.deep.equal([302, "/reports"]);
    });

    it("opens after signing in, unless one came for something else", async () => {
      await begin(ada, "report signal-outcomes");
      const someone = createVisitor(web.url);
      expect(to(await someone.signIn(emailOf("Ada"), PASSWORD))).to.deep.equal([303, "/"]);
      expect(await opens(someone)).to.deep.equal([302, "/reports/signal-outcomes"]);
    });

    it("is not a page with filters that has no name", async () => {
      expect(await page(ada, NORTH)).not.to.include("Begin with this");
    });

    it("is the catalogue with a word about it when it is gone", async () => {
      await save(ada, NORTH, "Month");
      await begin(ada, `view ${await idOf("Month")}`);
      await ada.post(`${VIEWS}/${await idOf("Month")}/delete`);
      for (const visit of [1, 2]) {
        expect(await opens(ada), `visit ${visit}`).to.deep.equal([302, "/reports"]);
        expect(await page(ada, "/reports")).to.include(GONE);
      }
      await begin(ada, "");
      expect(await page(ada, "/reports")).not.to.include(GONE);
    });

    it("is the catalogue when the report is no longer permitted", async () => {
      await begin(fin, "report sales-dashboard");
      await db.pool.query("UPDATE ops.start_pages SET report = 'rep-weekly-scores'");
      expect(await opens(fin)).to.deep.equal([302, "/reports"]);
      expect(await page(fin, "/reports"))
        .to.include(GONE)
        .and.not.include("rep-weekly");
      expect((await begin(fin, "report rep-weekly-scores")).status).to.equal(404);
    });

    it("leads nowhere else", async () => {
      const answer = await begin(ada, "report sales-dashboard", "https://evil.example/");
      expect(to(answer)).to.deep.equal([303, `${VIEWS}?done=saved`]);
    });
  });
});
