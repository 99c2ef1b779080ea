import { expect } from "chai";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { events } from "../support/audit-trail.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { fillIn, formOf } from "../support/forms.ts";
import { refreshMarts } from "../support/marts.ts";
import { addSales } from "../support/sales.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const REPORT = "/reports/sales-dashboard";
const NOTES = "/notes";

describe("notes on days", () => {
  let db: TestDatabase;
  let web: WebServer;
  const people: Record<string, Visitor> = {};

  before(async () => {
    db = await createTestDatabase();
    await addSales(db.pool);
    await refreshMarts(db.pool);
    web = await startWeb(db.pool, { shareLinks: { openTo: "anyone", mostDays: 30 } });
    for (const [name, role, team] of [
      ["Ada", "Administrator", null],
      ["Fin", "Finance", null],
      ["Nora", "Finance", "North"],
      ["Ned", "Finance", "North"],
      ["Nobody", null, "North"],
    ] as const) {
      const id = await addAccount(db.pool, name, role);
      await db.pool.query(
        "UPDATE crm.users SET team_id = (SELECT id FROM crm.teams WHERE name = $2) WHERE id = $1",
        [id, team],
      );
      people[name] = createVisitor(web.url);
      await people[name].signIn(emailOf(name), PASSWORD);
    }
  });
  beforeEach(() => db.pool.query("DELETE FROM crm.annotations"));
  after(async () => {
    await web.close();
    await db.drop();
  });

  const as = (name: string) => people[name] as Visitor;
  const page = async (name: string, path: string) => (await as(name).get(path)).text();
  const to = (answer: Response) => [answer.status, answer.headers.get("location")];
  const write = (name: string, text: string, more: Record<string, string> = {}) =>
    fillIn(as(name), NOTES, { text, day: "2026-11-12", visibility: "everyone", ...more });
  const idOf = async (text: string) =>
    (await db.pool.query("SELECT id FROM crm.annotations WHERE note = $1", [text])).rows[0]
      .id as string;
  const stored = async () =>
    (
      await db.pool.query(
        "SELECT day_on, note, visibility FROM crm.annotations ORDER BY created_at",
      )
    ).rows.map((row) => Object.values(row).join(" "));
  const linesIn = (html: string) => {
    const [, json = "{}"] = /data-chart="([^"]*)"/.exec(html) ?? [];
    const text = json.replaceAll("&quot;", '"').replaceAll("&#x3D;", "=");
    return JSON.parse(text).annotations as { at: number; label: string }[] | undefined;
  };

  it("are added by who may open reports, from the page of one and back to it", async () => {
    const html = await page("Fin", `${REPORT}?period=this_quarter`);
    const [, href = ""] = /<p class="annotate"><a href="([^"]+)"/.exec(html) ?? [];
    const path = href.replaceAll("&#x3D;", "=").replaceAll("&amp;", "&");
    expect(path).to.match(/^\/notes\?next=%2Freports/);
    const sent = await fillIn(
      as("Fin"),
      path,
      { text: "  Price\nlist  goes out ", day: "2026-11-12" },
      NOTES,
    );
    expect(to(sent)).to.deep.equal([303, `${REPORT}?period=this_quarter`]);
    expect(await stored()).to.deep.equal(["2026-11-12 Price list goes out everyone"]);
    expect(to(await write("Fin", "Another"))).to.deep.equal([303, `${NOTES}?done=added`]);
    expect((await as("Nobody").get(NOTES)).status).to.equal(403);
    expect((await as("Nobody").post(NOTES, { text: "x" })).status).to.equal(403);
    const headers = { Accept: "*/*" };
    expect((await web.get(NOTES, { headers })).status).to.equal(401);
    expect(await (await web.get(REPORT)).text()).not.to.include("annotate");
  });

  it("stand under charts over time, on the days that these show, and in their pictures", async () => {
    for (const [day, text] of [
      ["2026-09-30", "Before"],
      ["2026-10-01", "First day"],
      ["2026-11-12", "Fair <b>"],
      ["2026-11-12", "Fair, too"],
      ["2026-12-31", "Last day"],
      ["2027-01-01", "After"],
    ] as const)
      await write("Fin", text, { day });
    const html = await page("Fin", `${REPORT}?period=this_quarter`);
    const listed = [
      ...html.matchAll(
        /<span class="number">(\d)<\/span> <time datetime="([^"]+)">[^<]+<\/time> ([^<]+) <span class="by">([^<]+)/g,
      ),
    ];
    expect(listed.map((one) => one.slice(1).join(" "))).to.deep.equal([
      "1 2026-10-01 First day Fin",
      "2 2026-11-12 Fair &lt;b&gt; Fin",
      "3 2026-11-12 Fair, too Fin",
      "4 2026-12-31 Last day Fin",
    ]);
    expect(linesIn(html)).to.deep.equal([
      { at: 0, label: "1" },
      { at: 42, label: "2–3" },
      { at: 91, label: "4" },
    ]);
    const other = await page("Ada", "/reports/signal-outcomes?period=all");
    expect(other).not.to.match(/class="annotat/);
  });

  it("are on pages only", async () => {
    await write("Fin", "Fair");
    for (const form of ["csv", "json"])
      for (const section of ["trend", "reps", "summary"])
        expect(await page("Fin", `${REPORT}.${form}?period=all&section=${section}`)).not.to.include(
          "Fair",
        );
    const tag = (await as("Fin").get(`${REPORT}.csv`)).headers.get("etag") ?? "";
    await write("Fin", "Another");
    const again = await as("Fin").get(`${REPORT}.csv`, { "If-None-Match": tag });
    expect(again.status).to.equal(304);
  });

  it("are read by everyone, by the author's team, or by the author", async () => {
    await write("Nora", "For all");
    await write("Nora", "For the team", { visibility: "team" });
    await write("Nora", "For herself", { visibility: "author" });
    const seen = async (name: string, path: string) => {
      const html = await page(name, path);
      return ["For all", "For the team", "For herself"].filter((text) => html.includes(text));
    };
    for (const path of [NOTES, `${REPORT}?period=this_quarter`]) {
      expect(await seen("Nora", path)).to.deep.equal(["For all", "For the team", "For herself"]);
      expect(await seen("Ned", path)).to.deep.equal(["For all", "For the team"]);
      expect(await seen("Fin", path)).to.deep.equal(["For all"]);
    }
    const service = await (await web.get(`${REPORT}?period=this_quarter`)).text();
    expect(service).to.include("For all").and.not.include("For the team");
    expect(service).not.to.include("For herself");
    // Whoever comes into the team reads them, whoever leaves it does not.
    const move = (name: string, team: string | null) =>
      db.pool.query(
        "UPDATE crm.users SET team_id = (SELECT id FROM crm.teams WHERE name = $2) WHERE first_name = $1",
        [name, team],
      );
    const tag = (await as("Ned").get(REPORT)).headers.get("etag") ?? "";
    await move("Ned", null);
    expect((await as("Ned").get(REPORT, { "If-None-Match": tag })).status).to.equal(200);
    expect(await seen("Ned", NOTES)).to.deep.equal(["For all"]);
    expect(await page("Ned", NOTES)).not.to.include('<option value="team"');
    expect((await write("Ned", "x", { visibility: "team" })).status).to.equal(400);
    await move("Ned", "North");
    expect(await seen("Ned", NOTES)).to.deep.equal(["For all", "For the team"]);
  });

  it("are changed and deleted by their author", async () => {
    await write("Nora", "Fair");
    const path = `${NOTES}/${await idOf("Fair")}`;
    const change = { text: "Trade fair", day: "2026-11-13", visibility: "team" };
    expect(to(await fillIn(as("Nora"), NOTES, change, path))).to.deep.equal([
      303,
      `${NOTES}?done=saved`,
    ]);
    expect(await stored()).to.deep.equal(["2026-11-13 Trade fair team"]);
    expect(await page("Ned", NOTES)).not.to.include(path);
    for (const other of ["Ned", "Ada"])
      expect((await as(other).post(path, { ...change, visibility: "everyone" })).status).to.equal(
        404,
      );
    expect((await as("Ned").post(`${path}/delete`)).status).to.equal(404);
    expect(await stored()).to.deep.equal(["2026-11-13 Trade fair team"]);
    const gone = await fillIn(as("Nora"), NOTES, {}, `${path}/delete`);
    expect(to(gone)).to.deep.equal([303, `${NOTES}?done=deleted`]);
    expect(await stored()).to.deep.equal([]);
    expect(await events(db.pool, "note_deleted")).to.deep.equal([]);
    for (const id of [path, `${NOTES}/nonsense`])
      expect((await as("Nora").post(`${id}/delete`)).status).to.equal(404);
  });

  it("are deleted by administrators too, which is in the audit trail", async () => {
    await write("Nora", "For the team", { visibility: "team" });
    await write("Nora", "For herself", { visibility: "author" });
    const html = await page("Ada", NOTES);
    // They look after what others read, and do not read along.
    expect(html).to.include("For the team").and.not.include("For herself");
    expect(await page("Ada", REPORT)).not.to.include("For the team");
    const path = `${NOTES}/${await idOf("For the team")}/delete`;
    expect((await as("Ada").post(path, formOf(html, path))).status).to.equal(303);
    const hidden = `${NOTES}/${await idOf("For herself")}/delete`;
    expect((await as("Ada").post(hidden)).status).to.equal(303);
    const found = await events(db.pool, "note_deleted");
    expect(found).to.have.length(2);
    expect(found[0]).to.deep.include({ actor_name: "Ada", means: "session" });
    expect(found[0].details.day).to.equal("2026-11-12");
    expect(JSON.stringify(found)).not.to.include("For the team");
  });

  for (const [what, change, reason] of [
    ["a day", { day: "2026-02-30" }, "Choose a day."],
    ["no day", { day: "" }, "Choose a day."],
    ["a text", { text: "  " }, "A note says something."],
    ["a text that fits", { text: "x".repeat(201) }, "At most 200 characters."],
    ["readers", { visibility: "world" }, "Say who is to read it."],
  ] as const)
    it(`need ${what}; what was typed stays`, async () => {
      const refused = await write("Nora", "Typed", change);
      expect(refused.status).to.equal(400);
      const html = await refused.text();
      expect(html).to.include(reason);
      const form = formOf(html, NOTES);
      expect(form.get("text")).to.equal("text" in change ? change.text : "Typed");
      expect(await stored()).to.deep.equal([]);
    });

  it("that are changed for the worse stay, with what was typed", async () => {
    await write("Nora", "Fair");
    const path = `${NOTES}/${await idOf("Fair")}`;
    const refused = await fillIn(as("Nora"), NOTES, { text: "Fair, again", day: "" }, path);
    expect(refused.status).to.equal(400);
    const html = await refused.text();
    expect(formOf(html, path).get("text")).to.equal("Fair, again");
    expect(formOf(html, NOTES).get("text")).to.equal("");
    expect(html).to.match(/<details open>/);
    expect(await stored()).to.deep.equal(["2026-11-12 Fair everyone"]);
  });

  it("make the page another one for a browser that keeps it, and no page that shows none", async () => {
    const ask = async (path: string, tag = "*") => {
      const answer = await as("Fin").get(path, { "If-None-Match": tag });
      return [answer.status, answer.headers.get("etag") ?? ""] as const;
    };
    const [, other] = await ask("/reports/opportunities");
    let [, tag] = await ask(REPORT);
    const changes = async (work: () => Promise<unknown>) => {
      expect(await ask(REPORT, tag)).to.deep.equal([304, tag]);
      await work();
      const [status, now] = await ask(REPORT, tag);
      expect(status).to.equal(200);
      tag = now;
    };
    await changes(() => write("Fin", "Fair"));
    const path = `${NOTES}/${await idOf("Fair")}`;
    await changes(() => fillIn(as("Fin"), NOTES, { text: "Trade fair" }, path));
    await changes(() => as("Fin").post(`${path}/delete`));
    expect((await ask("/reports/opportunities", other))[0]).to.equal(304);
  });

  it("on a shared page are those of whoever opens it, and none for who is not known", async () => {
    await write("Nora", "For all");
    await write("Nora", "For the team", { visibility: "team" });
    await write("Nora", "For herself", { visibility: "author" });
    const made = await fillIn(
      as("Nora"),
      `${REPORT}?period=this_quarter`,
      {},
      "/account/links/new",
    );
    const [, path = ""] =
      /<code class="secret">[^<]*(\/shared\/[^<]*)</.exec(await made.text()) ?? [];
    const seen = async (html: string) =>
      ["For all", "For the team", "For herself"].filter((text) => html.includes(text));
    expect(await seen(await page("Ned", path))).to.deep.equal(["For all", "For the team"]);
    expect(await seen(await page("Fin", path))).to.deep.equal(["For all"]);
    expect(await seen(await page("Nobody", path))).to.deep.equal([]);
    const stranger = await (await fetch(web.url + path)).text();
    expect(await seen(stranger)).to.deep.equal([]);
    expect(stranger).to.include("Shared by").and.not.include("annotate");
    expect(await page("Fin", path)).not.to.include("Add a note");
  });

  it("are listed by fifty, those of the latest days first", async () => {
    await db.pool.query(
      `INSERT INTO crm.annotations (day_on, note, visibility, author_user_id)
       SELECT '2026-01-01'::date + n, 'Note ' || n, 'everyone', id
       FROM crm.users, generate_series(1, 60) AS n WHERE first_name = 'Nora'`,
    );
    for (const name of ["Nora", "Ada"]) {
      const first = await page(name, NOTES);
      expect(first).to.include("1 to 50 of 60").and.include("Note 60<").and.not.include("Note 10<");
      expect(await page(name, `${NOTES}?page=2`)).to.include("Note 10<");
    }
    expect((await as("Nora").get(`${NOTES}?page=x`)).status).to.equal(400);
  });
});
