import { expect } from "chai";
import type pg from "pg";
import { operator } from "../../src/access/audit.ts";
import { changePassword } from "../../src/access/credentials.ts";
import { createToken } from "../../src/access/token.ts";
import { asReader, EVERYTHING } from "../../src/db/transaction.ts";
import { loadDemo } from "../../src/demo/load.ts";
import { refreshAll } from "../../src/marts/refresh-all.ts";
import { formats } from "../../src/render/formats.ts";
import { type Catalogue, type LoadedReport, loadReports } from "../../src/reports/load.ts";
import { PASSWORD } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { martNames } from "../support/marts.ts";
import { exactRows } from "../support/page.ts";
import { addPerson } from "../support/people.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";
import { contentOf } from "../support/workbook.ts";

const DAY = new Date();
const QUERY = "?period=all";

/** Where each topic's rows come from, and whose they are: what is not a viewer's is deleted to know what they should see. */
const SOURCES: Readonly<Record<string, string[]>> = {
  "report:sales": [
    "crm.quotas owner_user_id",
    "crm.opportunities owner_user_id",
    "crm.leads owner_user_id",
  ],
  "report:conversations": ["crm.conversations rep_user_id", "crm.activities owner_user_id"],
  "report:service": ["crm.cases owner_user_id"],
};
/** Read by deal, whoever made its calls. */
const BY_DEAL = new Set(["signal-outcomes", "outcome-deals"]);
/** What a deal was is whose it was then, also where it is somebody else's by now: its rows are left out, not the deal. */
const OF_ITS_TIME = new Set([
  "pipeline-forecast",
  "slipped-deals",
  "past-pipeline",
  "closed-won-ledger",
  "quota-attainment",
]);
const ROWS = "rows";

interface Persona {
  /** SQL of the person's id. */
  who: string;
  sees: "all" | "most" | "some" | "none";
  topics: readonly string[];
}

/** Formats that tell what JSON tells, and ways in beside the session: at every report each is met by one of its readers. */
const OTHER_FORMATS = formats.filter((format) => format !== "json");
const OTHER_WAYS = ["link", "bearer", "basic"];
/** Whose turn it is, when cards are dealt out one by one, at each report from another reader on. */
const isDealt = (card: number, place: number, readers: readonly string[], reader: string) =>
  readers[(card + place) % readers.length] === reader;
const readersOf = (permission: string, sights: readonly Persona["sees"][]) =>
  Object.entries(PERSONAS)
    .filter(([, { sees, topics }]) => sights.includes(sees) && topics.includes(permission))
    .map(([name]) => name);

const ofRole = (role: string, more = "") => `
  SELECT users.id FROM crm.users
  JOIN crm.user_roles ON user_id = users.id
  JOIN crm.roles ON roles.id = role_id
  WHERE role_name = '${role}' AND is_active ${more} ORDER BY users.id LIMIT 1`;
const sales = ["report:sales", "report:conversations"];

const PERSONAS: Readonly<Record<string, Persona>> = {
  director: {
    who: ofRole("Sales Manager", "AND manager_user_id IS NULL"),
    sees: "most",
    topics: sales,
  },
  manager: {
    who: ofRole("Sales Manager", "AND manager_user_id IS NOT NULL"),
    sees: "some",
    topics: sales,
  },
  rep: {
    who: ofRole(
      "Sales Representative",
      "AND users.id IN (SELECT owner_user_id FROM crm.opportunities)",
    ),
    sees: "some",
    topics: sales,
  },
  finance: { who: ofRole("Finance"), sees: "all", topics: ["report:sales"] },
  support: {
    who: ofRole("Support Manager"),
    sees: "some",
    topics: ["report:conversations", "report:service"],
  },
  administrator: {
    who: ofRole("Administrator"),
    sees: "all",
    topics: [...sales, "report:service"],
  },
  nobody: {
    who: "SELECT id FROM crm.users WHERE email = 'Nobody@example.com'",
    sees: "none",
    topics: [],
  },
};

/** Every role, report, format and way to sign in, against what is left when nobody else's rows are there at all. */
describe("what a person sees", () => {
  let catalogue: Catalogue;
  let demo: string;
  let db: TestDatabase;
  let web: WebServer;
  let opener: Visitor;
  const ids: Record<string, string> = {};
  const open: (() => Promise<unknown>)[] = [];
  /** ETags by way in, address and person. */
  const tags = new Map<string, Map<string, string>>();

  before(async function () {
    this.timeout(300_000);
    catalogue = await loadReports();
    const source = await createTestDatabase();
    open.push(() => source.drop());
    await loadDemo(source.pool, { scale: 0.1, seed: 1 });
    await addPerson(source.pool, "Nobody");
    const admin = await addPerson(source.pool, "Admin");
    await source.pool.query(
      "INSERT INTO crm.user_roles SELECT $1, id FROM crm.roles WHERE role_name = 'Administrator'",
      [admin],
    );
    await refreshAll(source.pool);
    for (const [name, { who }] of Object.entries(PERSONAS)) {
      const { rows } = await source.pool.query(who);
      ids[name] = rows[0].id;
      const { email } = (
        await source.pool.query("SELECT email FROM crm.users WHERE id = $1", [ids[name]])
      ).rows[0];
      const userId = ids[name] as string;
      await changePassword(source.pool, { userId, email, password: PASSWORD, actor: operator });
    }
    demo = source.url;
    // It is copied, and nobody may be at it meanwhile.
    await source.pool.end();
    db = await createTestDatabase({ like: demo });
    web = await startWeb(db.pool, { now: () => DAY });
    opener = createVisitor(web.url);
    await opener.signIn("Nobody@example.com", PASSWORD);
    open.push(
      () => db.drop(),
      () => web.close(),
    );
  });
  after(async () => {
    for (const close of open.reverse()) await close();
  });

  /** A copy in which only what these people own is left, read by somebody who sees everything. */
  async function oracle(visible: readonly string[], sources: readonly string[]) {
    const copy = await createTestDatabase({ like: demo });
    open.push(() => copy.drop());
    for (const source of sources.filter((one) => one !== ROWS)) {
      const [table, owner] = source.split(" ");
      await copy.pool.query(`DELETE FROM ${table} WHERE ${owner} IS NULL OR ${owner} <> ALL ($1)`, [
        visible,
      ]);
    }
    if (sources.includes(ROWS)) await hideRows(copy.pool, visible);
    // Quartiles are cut over everybody's deals, for everybody.
    for (const mart of (await martNames(copy.pool)).filter((name) => name !== "signal_cut_points"))
      await copy.pool.query(
        `REFRESH MATERIALIZED VIEW mart.${mart}; SELECT mart.note_layer('${mart}', 'base')`,
      );
    const server = await startWeb(copy.pool, { now: () => DAY });
    open.push(() => server.close());
    return server;
  }

  /** Puts the rows of these people alone, as they are in the materialized views, in place of all that is read live. */
  async function hideRows(pool: pg.Pool, visible: readonly string[]) {
    await pool.query("DELETE FROM crm.quotas WHERE owner_user_id <> ALL ($1)", [visible]);
    for (const mart of ["sales_dashboard", "pipeline_history", "won_deals"])
      for (const view of ["live", "all"]) {
        const name = `mart.${mart}_${view}`;
        const { rows } = await pool.query<{ columns: string }>(
          `SELECT string_agg(attname, ', ' ORDER BY attnum) AS columns FROM pg_attribute
           WHERE attrelid = '${name}'::regclass AND attnum > 0`,
        );
        await pool.query(
          `CREATE OR REPLACE VIEW ${name} AS SELECT ${rows[0]?.columns} FROM mart.${mart}
           WHERE owner_user_id = ANY ('{${visible.join()}}')`,
        );
      }
  }

  /** The person and everybody below, found out in another way than the service does. */
  async function below(id: string, pool: pg.Pool): Promise<string[]> {
    const { rows } = await pool.query<{ id: string; manager: string | null }>(
      "SELECT id, manager_user_id AS manager FROM crm.users",
    );
    const found = [id];
    for (const one of found)
      found.push(...rows.filter((row) => row.manager === one).map((row) => row.id));
    return found;
  }

  async function waysIn(name: string) {
    const { email } = (
      await db.pool.query("SELECT email FROM crm.users WHERE id = $1", [ids[name]])
    ).rows[0];
    const visitor = createVisitor(web.url);
    expect((await visitor.signIn(email, PASSWORD)).status).to.equal(303);
    const { token } = await createToken(db.pool, {
      name,
      userId: ids[name] as string,
      scopes: ["reports"],
      expiresAt: null,
      createdBy: null,
    });
    const ask = (headers: Record<string, string>) => (path: string, more: Record<string, string>) =>
      fetch(web.url + path, {
        redirect: "manual",
        headers: { Accept: "text/html", ...headers, ...more },
      });
    const links = new Map<string, Promise<string | Response>>();
    /** Somebody who may see nothing, by a link that this person has made. */
    const byLink = async (path: string, more: Record<string, string>) => {
      const [, slug = "", format = ""] = /^\/reports\/([a-z-]+)(\.\w+)?/.exec(path) ?? [];
      if (!links.has(slug)) links.set(slug, share(visitor, slug));
      const link = (await links.get(slug)) as string | Response;
      if (typeof link !== "string") return link;
      const section = new URL(path, web.url).searchParams.get("section");
      const shared = `${link}${format}${section ? `?section=${section}` : ""}`;
      return ask({ Cookie: opener.cookies() })(shared, more);
    };
    return {
      link: byLink,
      session: ask({ Cookie: visitor.cookies() }),
      bearer: ask({ Authorization: `Bearer ${token}` }),
      basic: ask({ Authorization: `Basic ${Buffer.from(`x:${token}`).toString("base64")}` }),
    };
  }

  /** @returns the path of a link, or the refusal to make one */
  async function share(sharer: Visitor, slug: string) {
    await sharer.get("/account");
    const fields = { report: slug, query: QUERY.slice(1), days: "1" };
    const made = await sharer.post("/account/links/new", fields);
    const [, path] = /<code class="secret">[^<]*(\/shared\/[^<]*)</.exec(await made.text()) ?? [];
    return path ?? made;
  }

  const addresses = (report: LoadedReport, main: readonly string[] = formats) => [
    `/reports/${report.slug}${QUERY}`,
    // That the formats agree with the page is held elsewhere, section by section: here, the page tells of its tables.
    ...report.sections.flatMap((section) =>
      (section.kind === "chart"
        ? (["json"] as const)
        : section.kind === "table" && section.main
          ? main
          : []
      ).map((format) => `/reports/${report.slug}.${format}${QUERY}&section=${section.key}`),
    ),
  ];
  const isHeld = ({ sections }: LoadedReport, path: string) => {
    const main = sections.find((section) => section.kind === "table" && section.main);
    return !path.includes("section=") || path.endsWith(`section=${main?.key}`);
  };
  const rowsOf = (report: LoadedReport, path: string, text: string) =>
    path.includes("section=")
      ? text
      : Object.fromEntries(
          report.sections
            .filter(({ kind }) => kind !== "chart")
            .map(({ key }) => [key, exactRows(text, key)]),
        );

  for (const [name, { sees, topics }] of Object.entries(PERSONAS)) {
    it(`as ${name} is theirs, in every report and format, whichever way they sign in`, async function () {
      this.timeout(300_000);
      const ways = await waysIn(name);
      const visible = await below(ids[name] as string, db.pool);
      const oracles = new Map<string, WebServer>();
      let bytes = 0;
      for (const [place, report] of [...catalogue.values()].entries()) {
        const isKnown = sees !== "none" && topics.includes(report.permission);
        let peer = web;
        if (isKnown && sees !== "all") {
          const topic = BY_DEAL.has(report.slug) ? "report:sales" : report.permission;
          const sources = OF_ITS_TIME.has(report.slug) ? [ROWS] : (SOURCES[topic] ?? []);
          const key = sources.join();
          peer = oracles.get(key) ?? (await oracle(visible, sources));
          oracles.set(key, peer);
        }
        // It has rows of several topics and of one person, which a test of its own holds.
        if (isKnown && report.isAboutOne) continue;
        const readers = readersOf(report.permission, ["some", "most", "all"]);
        // Whoever sees less than all would see more where a format forgot who asks; the others meet one of the formats.
        const few = readersOf(report.permission, ["some"]);
        const ownFormats = OTHER_FORMATS.filter(
          (_, card) =>
            !isKnown || (sees === "some" ? isDealt(card, place, few, name) : card === place % 3),
        );
        for (const path of addresses(report, ["json", ...ownFormats])) {
          const expected = isKnown
            ? rowsOf(report, path, await contentOf(await peer.get(path)))
            : undefined;
          for (const [way, ask] of Object.entries(ways)) {
            // Who asks is found out before what for: the other ways are held at the page and at one table.
            const isFirst = way === "session";
            if (!isFirst && (!isHeld(report, path) || /\.(csv|ndjson|xlsx)/.test(path))) continue;
            const card = OTHER_WAYS.indexOf(way) + (path.includes(".json") ? 1 : 0);
            if (!isFirst && isKnown && !isDealt(card, place, readers, name)) continue;
            const about = `${way} ${path}`;
            const cold = await ask(path, {});
            if (!isKnown) {
              expect(cold.status, about).to.equal(sees === "none" ? 403 : 404);
              continue;
            }
            expect(cold.status, about).to.equal(200);
            const found = rowsOf(report, path, await contentOf(cold));
            expect(found, about).to.deep.equal(expected);
            if (path.includes(".json")) bytes += found.length as number;
            // Tags are made before rows are read, whatever the section and the format: two addresses tell of all.
            if (!isHeld(report, path) || /\.(csv|xlsx)/.test(path)) continue;
            const tag = cold.headers.get("etag") ?? "";
            const warm = await ask(path, { "If-None-Match": tag });
            expect(warm.status, about).to.equal(304);
            // Page and JSON take turns: whoever holds somebody else's tag gets rows of their own.
            if (!isFirst || path.includes(".json") === (place % 2 === 0)) continue;
            const others = tags.get(about) ?? new Map<string, string>();
            tags.set(about, others);
            const [theirs] =
              [...others]
                .filter(([other]) => other !== name)
                .at(-1)
                ?.slice(1) ?? [];
            if (theirs)
              expect((await ask(path, { "If-None-Match": theirs })).status, about).to.equal(200);
            others.set(name, tag);
          }
        }
      }
      // Nothing equals nothing, whoever looks.
      if (sees !== "none") expect(bytes).to.be.greaterThan(1_000);
    });
  }

  it("is theirs in every view of reporting too, also in those of no report yet", async () => {
    const { rows: views } = await db.pool.query<{ view: string; owner: string }>(`
      SELECT view_name AS view, attname AS owner
      FROM mart.page_views
      JOIN pg_attribute ON attrelid = format('reporting.%I', view_name)::regclass
      WHERE attname IN ('owner_user_id', 'rep_user_id')`);
    const seen = new Set<string>();
    for (const name of ["director", "rep", "support"]) {
      const visible = await below(ids[name] as string, db.pool);
      for (const { view, owner } of views) {
        const rows = async (viewer: string, where = "") =>
          asReader(db.pool, viewer, async (client) => {
            const { rows: lines } = await client.query(
              `SELECT md5(line::text) AS line, ${owner} AS owner FROM reporting.${view} AS line ${where} ORDER BY 1`,
            );
            return lines;
          });
        const theirs = await rows(ids[name] as string);
        if (theirs.length === 0) continue;
        seen.add(view);
        const all = await rows(EVERYTHING);
        expect(theirs, `${name}, ${view}`).to.deep.equal(
          all.filter((row) => visible.includes(row.owner)),
        );
        if (name === "rep") expect(all.length, view).to.be.greaterThan(theirs.length);
      }
    }
    expect([...seen].sort()).to.deep.equal(views.map(({ view }) => view).sort());
  });

  it("is nothing without signing in, and everything for a service", async () => {
    for (const report of catalogue.values())
      for (const path of addresses(report, ["csv"])) {
        const stranger = await fetch(web.url + path, { redirect: "manual" });
        expect(stranger.status, path).to.be.oneOf([303, 401]);
        expect((await web.get(path)).status, path).to.equal(200);
      }
  });

  it("is told in the same words of a report that is not theirs and of one that there is not", async () => {
    const { session } = await waysIn("finance");
    const [hidden, none] = await Promise.all(
      ["rep-weekly-scores", "no-such-report"].map(async (slug) => {
        const answer = await session(`/reports/${slug}`, {});
        return [answer.status, (await answer.text()).replaceAll(slug, "…")];
      }),
    );
    expect(hidden).to.deep.equal(none);
  });
});
