import { finished } from "node:stream/promises";
import { expect } from "chai";
import { from as copyFrom } from "pg-copy-streams";
import { tableSection } from "../../src/reports/define.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createReportFolder, type ReportFolder } from "../support/folder.ts";
import { refreshMarts } from "../support/marts.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const types = {
  id: "count",
  said: "text",
  amount: "amount",
  day: "date",
  at: "time",
  open: "boolean",
} as const;
const table = tableSection({
  key: "rows",
  title: "Rows",
  about: "Rows.",
  empty: "None.",
  main: true,
  query: "rows.sql",
  order: ["id"],
  columns: Object.entries(types).map(([key, type]) => ({
    key,
    label: key,
    type,
    definition: "As the test needs it.",
  })) as Parameters<typeof tableSection>[0]["columns"],
});

/** What files have been damaged by. */
const SAID = [
  "",
  null,
  'say "hi", twice',
  "two\nlines",
  "three\r\nor more\rlines",
  "=1+2",
  "+44 20 7946 0000",
  "-12.50",
  "@SUM(A1)",
  "\tafter a tab",
  "\r",
  "00123",
  "😀 é ﷽ 文",
  "\\.",
  "\\N",
  '"',
  '""',
  ",;\t|",
  " spaces ",
  "'=1",
  "NULL",
  "own_rows.deals :said $1::text",
];
const AMOUNTS = ["1234567890123456789.0001", "-12.50", "0.0000", null, "-0.0001", "NaN"];

describe("dialects of CSV", () => {
  let db: TestDatabase;
  let folder: ReportFolder;
  let web: WebServer;

  before(async () => {
    db = await createTestDatabase();
    await refreshMarts(db.pool);
    await db.pool.query(
      `CREATE TABLE reporting.odd AS
       SELECT
         id::int, said, amounts[1 + id % 6]::numeric AS amount, date '2026-01-31' + id::int AS day,
         timestamptz '2026-03-29 00:59:59.123456+00' + (id || ' hours')::interval AS at, id % 2 = 0 AS open
       FROM unnest($1::text[]) WITH ORDINALITY AS given (said, id), (SELECT $2::text[] AS amounts) AS _;
      `,
      [SAID, AMOUNTS],
    );
    await db.pool.query(`
      CREATE TABLE reporting.odd_again (LIKE reporting.odd);
      GRANT SELECT ON reporting.odd, reporting.odd_again TO tidemark_reader`);
    folder = createReportFolder();
    const columns = Object.keys(types).join(", ");
    for (const name of ["odd", "odd_again"])
      folder.add(name.replace("_", "-"), `SELECT ${columns} FROM reporting.${name}`, {
        sections: [table],
      });
    folder.add("ready", "SELECT 1 AS n");
    web = await startWeb(db.pool, { reportsFolder: folder.path, timeZone: "Europe/Berlin" });
  });
  after(async () => {
    await web.close();
    folder.remove();
    await db.drop();
  });

  const bytesOf = async (path: string) => {
    const response = await web.get(path);
    expect(response.status, path).to.equal(200);
    return Buffer.from(await response.arrayBuffer());
  };

  it("raw comes back from PostgreSQL as it went, byte by byte", async () => {
    const first = await bytesOf("/reports/odd.csv");
    const client = await db.pool.connect();
    try {
      const copy = client.query(
        copyFrom("COPY reporting.odd_again FROM STDIN (FORMAT csv, HEADER match)"),
      );
      copy.end(first);
      await finished(copy);
    } finally {
      client.release();
    }
    const again = await bytesOf("/reports/odd-again.csv");
    expect(again.equals(first)).to.equal(true);
    const { rows } = await db.pool.query(
      "SELECT count(*)::int AS n FROM reporting.odd FULL JOIN reporting.odd_again USING (id) WHERE (odd.*) IS DISTINCT FROM (odd_again.*)",
    );
    expect(rows[0].n).to.equal(0);
    const { rows: plain } = await db.pool.query(
      "SELECT count(*)::int AS n FROM reporting.odd_again",
    );
    expect(plain[0].n).to.equal(SAID.length);
    expect((await bytesOf("/reports/odd.csv?dialect=raw")).equals(first)).to.equal(true);
  });

  it("excel is for a double click: local times, and no formula in a text", async () => {
    const text = (await bytesOf("/reports/odd.csv?dialect=excel")).toString();
    expect(text.startsWith("\ufeffid,said,amount,day,at,open\r\n")).to.equal(true);
    for (const guarded of ["'=1+2", "'+44 20 7946 0000", "'-12.50", "'@SUM(A1)", "'\tafter a tab"])
      expect(text).to.include(`,${guarded},`);
    expect(text).to.include(`,"'\r",`);
    // What is no text is not touched, and what begins with an apostrophe has no second one.
    expect(text)
      .to.match(/,-12\.50,\d{4}-/)
      .and.to.include(",'=1,")
      .and.not.include("''=1");
    expect(text).to.include(",00123,").and.include("1234567890123456789.0001");
    // The clocks of Berlin have no hour from two to three that night.
    expect(text).to.include("2026-03-29 03:59:59").and.not.include("2026-03-29 02:59:59");
    expect(text).not.to.match(/\d{4}-\d\d-\d\dT/);
  });

  it("excel has the separator and the decimals of a locale", async () => {
    const german = (await bytesOf("/reports/odd.csv?dialect=excel&locale=de-DE")).toString();
    expect(german.startsWith("\ufeffid;said;amount;day;at;open\r\n")).to.equal(true);
    expect(german).to.include(";1234567890123456789,0001;").and.include(";-12,50;");
    expect(german).to.include(";'-12.50;").and.include(';"say ""hi"", twice";');
    const swiss = (await bytesOf("/reports/odd.csv?dialect=excel&locale=de-CH")).toString();
    expect(swiss).to.include(";1234567890123456789.0001;");
  });

  it("excel is offered by each page, as spreadsheets of its reader expect it", async () => {
    for (const [language, separator] of [
      ["en-GB", ","],
      ["de-DE", ";"],
    ]) {
      const headers = { "Accept-Language": language as string };
      const page = await (await web.get("/reports/odd", { headers })).text();
      const links = [...page.matchAll(/href="([^"]+)" download>CSV for Excel</g)];
      expect(links, language).to.have.length(2);
      for (const [, href = ""] of links) {
        const path = href.replaceAll("&amp;", "&").replaceAll("&#x3D;", "=");
        const text = (await bytesOf(path)).toString();
        expect(text.startsWith(`\ufeffid${separator}said${separator}`), href).to.equal(true);
      }
    }
  });

  it("are told apart by their tags, and refused where they make no sense", async () => {
    const tags = new Set<string | null>();
    for (const query of ["", "?dialect=excel", "?dialect=excel&locale=de-DE"])
      tags.add((await web.get(`/reports/odd.csv${query}`, { method: "HEAD" })).headers.get("etag"));
    expect(tags.size).to.equal(tags.has(null) ? 1 : 3);
    for (const path of [
      "csv?dialect=lotus",
      "json?dialect=excel",
      "csv?locale=de-DE",
      "csv?dialect=excel&locale=klingon!",
      "csv?dialect=excel&dialect=raw",
    ]) {
      const response = await web.get(`/reports/odd.${path}`);
      expect(response.status, path).to.equal(400);
    }
  });

  it("have a name that says what they are", async () => {
    const { headers } = await web.get("/reports/ready.csv?period=last_month");
    expect(headers.get("content-disposition")).to.match(/ready October 2026 \d{4}-\d\d-\d\d\.csv/);
  });
});
