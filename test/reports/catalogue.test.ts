import { expect } from "chai";
import { parse } from "csv-parse/sync";
import type { ColumnType } from "../../src/reports/column.ts";
import { type Catalogue, loadReports } from "../../src/reports/load.ts";
import { bindQuery } from "../../src/reports/query.ts";
import { nothingBound } from "../support/bindings.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addEveryRecord } from "../support/every-record.ts";
import { refreshMarts, setTimeZone } from "../support/marts.ts";
import { type ExactRow, exactRows } from "../support/page.ts";
import { readReport } from "../support/report.ts";
import { startWeb, type WebServer } from "../support/web.ts";
import { type Cell, exactOf, readSheet } from "../support/workbook.ts";

/** What is asked of sections that are empty of all time, such as what slips out of it; and of a report about one person. */
const QUERIES: Readonly<Record<string, string>> = {
  "pipeline-forecast slipped": "period=2026-01-10..2026-01-31",
  "slipped-deals deals": "period=2026-01-10..2026-01-31",
  "quota-attainment quotas": "period=FY2026+Q4",
  "rep-scorecard": "period=all&owner=Ann",
};

/** What every report promises, held against each folder in reports/. */
describe("every report", () => {
  let db: TestDatabase;
  let web: WebServer;
  let catalogue: Catalogue;

  before(async () => {
    db = await createTestDatabase();
    await addEveryRecord(db.pool);
    web = await startWeb(db.pool);
    catalogue = await loadReports();
  });
  after(async () => {
    await web.close();
    await db.drop();
  });

  const text = async (path: string) => {
    const response = await web.get(path);
    expect(response.status, path).to.equal(200);
    return response.text();
  };
  const fromCsv = (csv: string): ExactRow[] =>
    parse(csv, {
      columns: true,
      record_delimiter: "\r\n",
      cast: (value, { quoting }) => (value === "" && !quoting ? null : value),
    });
  const fromJson = (json: string): ExactRow[] =>
    (JSON.parse(json) as object[]).map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [key, value === null ? null : String(value)]),
      ),
    );
  // What a report borrows is held where it is from.
  const sections = () =>
    [...catalogue.values()].flatMap((report) =>
      report.sections
        .filter(({ query }) => !query.startsWith("../"))
        .map((section) => ({ report, section })),
    );

  it("is there", () => {
    expect([...catalogue.keys()]).to.include.members([
      "sales-dashboard",
      "rep-weekly-scores",
      "signal-outcomes",
    ]);
  });

  // Clocks change in New York on 8 March and 1 November 2026; India stands half an hour aside.
  describe("says the same as page, CSV, JSON, NDJSON and workbook, cell by cell", () => {
    after(async () => {
      await setTimeZone(db.pool, "UTC");
      await refreshMarts(db.pool);
    });
    for (const [turn, [zone, day]] of (
      [
        ["UTC", "2026-11-21"],
        ["America/New_York", "2026-11-01"],
        ["America/New_York", "2026-03-08"],
        ["Asia/Kolkata", "2026-11-21"],
      ] as const
    ).entries())
      it(`in ${zone} on ${day}`, async () => {
        await setTimeZone(db.pool, zone);
        await refreshMarts(db.pool);
        const now = () => new Date(`${day}T23:45:00Z`);
        const other = await startWeb(db.pool, { timeZone: zone, now });
        try {
          await checkFormats(other, zone, turn);
        } finally {
          await other.close();
        }
      });
  });

  /** @param turn 0 for every format; else JSON and workbook take turns from section to section */
  const checkFormats = async (web: WebServer, zone: string, turn: number) => {
    const get = async (path: string) => (await web.get(path)).text();
    const pages = new Map<string, string>();
    for (const [place, { report, section }] of sections().entries()) {
      const isTheirTurn = (kind: "text" | "workbook") =>
        turn === 0 || ["text", "workbook"][(place + turn) % 2] === kind;
      const where = `${report.slug} ${section.key}`;
      const query = QUERIES[where] ?? QUERIES[report.slug] ?? "period=all";
      const path = `/reports/${report.slug}?${query}`;
      const pathOf = (format: string) =>
        `/reports/${report.slug}.${format}?${query}&section=${section.key}`;
      const csv = fromCsv(await get(pathOf("csv")));
      expect(csv, where).to.have.length.greaterThan(0);
      const keys = section.columns.map((column) => column.key);
      expect(Object.keys(csv[0] as object), where).to.deep.equal(keys);

      const html = pages.get(path) ?? (await get(path));
      pages.set(path, html);
      const page = exactRows(html, section.key);
      expect(page.slice(0, csv.length), where).to.deep.equal(csv);
      // A total is the page's own: exports leave it to whoever sums the rows.
      const [, own = ""] = html.split(`data-section="${section.key}"`);
      const hasTotal = own.split("</section>")[0]?.includes("<tfoot>") ?? false;
      expect(page.length - csv.length, where).to.equal(hasTotal ? 1 : 0);

      if (isTheirTurn("text")) {
        const json = await get(`${pathOf("json")}&numbers=string`);
        expect(fromJson(json), where).to.deep.equal(csv);
        const lines = await get(`${pathOf("ndjson")}&numbers=string`);
        expect(`[\n${lines.trimEnd().replaceAll("\n", ",\n")}\n]\n`, where).to.equal(json);
      }
      if (isTheirTurn("workbook")) {
        const file = await web.get(pathOf("xlsx"));
        const [header, ...lines] = readSheet(new Uint8Array(await file.arrayBuffer()));
        expect(header, where).to.have.length(keys.length);
        const types = new Map(section.columns.map(({ key, type }) => [key, type]));
        const exactLines = lines.map((line) =>
          Object.fromEntries(
            keys.map((key, index) => [
              key,
              exactOf(line[index] as Cell, types.get(key) as ColumnType, zone),
            ]),
          ),
        );
        // A workbook keeps instants to the millisecond.
        const shorter = (row: ExactRow) =>
          Object.fromEntries(
            Object.entries(row).map(([key, value]) => [
              key,
              value !== null && types.get(key) === "time" ? new Date(value).getTime() : value,
            ]),
          );
        expect(exactLines.map(shorter), where).to.deep.equal(csv.map(shorter));
      }
    }
  };

  it("exports every digit that the database gave", async () => {
    for (const report of catalogue.values()) {
      const page = await readReport(db.pool, report.slug, "period=all");
      for (const { section, rows } of page.sections) {
        const columns = section.columns.filter((column) => column.type !== "time");
        const pick = (row: Record<string, unknown>) =>
          columns.map(({ key }) => (row[key] === null ? null : String(row[key])));
        const csv = await text(`/reports/${report.slug}.csv?period=all&section=${section.key}`);
        expect(fromCsv(csv).map(pick), section.key).to.deep.equal(rows.map(pick));
      }
    }
  });

  it("writes the same numbers bare as it writes as texts, of every type of column", async () => {
    const met = new Set<ColumnType>();
    for (const { report, section } of sections()) {
      const types = section.columns.map(({ type }) => type);
      if (types.every((type) => met.has(type))) continue;
      for (const type of types) met.add(type);
      const path = `/reports/${report.slug}.json?period=all&section=${section.key}`;
      const quoted = await text(`${path}&numbers=string`);
      expect((await text(path)).replaceAll('"', "")).to.equal(quoted.replaceAll('"', ""));
    }
  });

  it("counts its rows and says how fresh they are, in the snapshot that it sends", async () => {
    for (const { report, section } of sections()) {
      const path = `/reports/${report.slug}.csv?period=all&section=${section.key}`;
      const response = await web.get(path);
      const rows = fromCsv(await response.text());
      expect(response.headers.get("x-row-count"), path).to.equal(String(rows.length));
      expect(response.headers.get("x-data-as-of"), path).to.match(/^2\d{3}-.*T.*Z$/);
      expect(response.headers.get("cache-control"), path).to.equal("private, no-cache");
    }
  });

  it("gives its main table when no section is named", async () => {
    for (const report of catalogue.values()) {
      const main = report.sections.find((one) => one.kind === "table" && one.main);
      expect(await text(`/reports/${report.slug}.csv`)).to.equal(
        await text(`/reports/${report.slug}.csv?section=${main?.key}`),
      );
    }
  });

  it("reads only what the reader may: views of reporting and functions of stats", async () => {
    for (const { report, section } of sections()) {
      const query = report.queries.get(section.key);
      if (!query) throw new Error("no query");
      const sql = query.pieces.join("");
      expect(sql, section.key).not.to.match(/\b(crm|mart|ops|pgboss|pg_catalog)\./);
      const client = await db.pool.connect();
      try {
        await client.query("BEGIN READ ONLY; SET LOCAL ROLE tidemark_reader");
        for (const form of [query, { ...query, lean: undefined }]) {
          const { text, values } = bindQuery(form, nothingBound(report));
          await client.query(`EXPLAIN ${text}`, values);
        }
      } finally {
        await client.query("ROLLBACK");
        client.release();
      }
    }
  });

  it("documents every column, on the page and in the catalogue", async () => {
    const overview = await text("/reports");
    for (const report of catalogue.values()) {
      const page = await text(`/reports/${report.slug}`);
      for (const section of report.sections)
        for (const column of section.columns) {
          const anchor = `${section.key}-${column.key}`;
          expect(page).to.include(`id="${anchor}"`);
          expect(overview).to.include(`id="${report.slug}-${anchor}"`);
        }
      expect(overview).to.include(report.question);
    }
  });

  it("refuses parameters that it does not know, and values that do not exist", async () => {
    for (const report of catalogue.values()) {
      const refused = async (query: string) => {
        const response = await web.get(`/reports/${report.slug}.json?${query}`);
        expect(response.status, query).to.equal(400);
        return ((await response.json()) as { error: Record<string, unknown> }).error;
      };
      expect(await refused("mood=good")).to.deep.include({
        code: "bad_parameter",
        parameter: "mood",
        allowed: [...report.parameters, ...report.own.map(({ name }) => name)],
      });
      const closed = report.own
        .filter(({ kind }) => !["text", "words"].includes(kind))
        .map(({ name }) => name);
      for (const name of [...report.parameters, ...closed]) {
        const error = await refused(`${name}=no-such-thing`);
        expect(error).to.include({ code: "bad_parameter", parameter: name });
        expect(error.allowed, name).to.be.an("array").with.length.greaterThan(0);
      }
      expect(await refused("section=ghost")).to.deep.include({
        parameter: "section",
        allowed: report.sections.map((section) => section.key),
      });
      expect(await refused("period=this_week&period=this_month")).to.include({
        parameter: "period",
      });
    }
  });

  it("gives an answer for a selection without rows", async () => {
    // Whoever a report is about is there, whatever they have.
    for (const report of [...catalogue.values()].filter((one) => !one.isAboutOne)) {
      const path = `/reports/${report.slug}`;
      const query = "period=1999-01-01..1999-01-31&team=(none)&owner=Cyd";
      expect(await text(`${path}?${query}`)).to.include("Nothing falls into this selection.");
      expect(JSON.parse(await text(`${path}.json?${query}`))).to.deep.equal([]);
    }
  });
});
