import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { type BiDesk, ODD_DEALS, openBiDesk } from "../support/bi-desk.ts";
import { rowsOf } from "../support/flat-sheet.ts";
import { needs, run } from "../support/program.ts";

const REPORT = "/reports/opportunities";
const NAMES = ODD_DEALS.map(({ name }) => name);

/** Files that people download, opened by the programs that they open them with. */
describe("downloads", function () {
  this.timeout(120_000);
  let desk: BiDesk;
  let folder: string;
  /** How many rows were said to be in the files, and what their amounts come to. */
  let rowCount: number;
  let sum: string;
  /** As JSON has them; none of the amounts has more digits than a binary number. */
  let deals: Record<string, unknown>[];

  before(async () => {
    desk = await openBiDesk();
    folder = await mkdtemp(join(tmpdir(), "tidemark-files-"));
    for (const [file, more] of [
      ["deals.csv", ""],
      ["deals.json", ""],
      ["deals.ndjson", ""],
      ["deals.xlsx", ""],
      ["german.csv", "&dialect=excel&locale=de-DE"],
    ] as const) {
      const response = await desk.web.get(`${REPORT}${extname(file)}?period=all${more}`);
      expect(response.status, file).to.equal(200);
      await writeFile(path(file), new Uint8Array(await response.arrayBuffer()));
      rowCount = Number(response.headers.get("x-row-count"));
    }
    deals = JSON.parse(await readFile(path("deals.json"), "utf8"));
    [{ sum }] = (await desk.login.query(
      "SELECT sum(amount)::text AS sum FROM reporting.sales_dashboard WHERE currency = 'USD'",
    )) as [{ sum: string }];
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
    await desk.close();
  });

  const path = (file: string) => join(folder, file);

  describe("in LibreOffice", () => {
    const OFFICE = "/usr/bin/soffice";
    before(function () {
      needs(this, "libreoffice-calc-nogui", OFFICE, "/usr/lib/libreoffice/program/libsclo.so");
    });

    /** The cells of a file as it opens it, row by row, after the header. */
    const open = async (file: string, ...filter: string[]) => {
      const target = path(`opened-${file}`);
      const profile = `-env:UserInstallation=file://${path("profile")}`;
      await run(
        OFFICE,
        [profile, "--headless", "--convert-to", "fods", ...filter, "--outdir", target, path(file)],
        {
          env: { HOME: folder },
        },
      );
      const xml = await readFile(join(target, `${basename(file, extname(file))}.fods`), "utf8");
      return { xml, rows: rowsOf(xml, Object.keys(deals[0] ?? {})) };
    };

    const CSV = "--infilter=Text - txt - csv (StarCalc):";
    // Separator, quote, encoding, first line, language: US English or German; then whether dates and numbers are detected,
    // and formulas evaluated.
    const PLAIN = `${CSV}44,34,76,1,,1033,false,true,false,false,false,0,false`;
    const GERMAN = `${CSV}59,34,76,1,,1031,false,true,false,false,false,0,true`;

    for (const [file, filter] of [
      ["deals.csv", [PLAIN]],
      ["deals.xlsx", []],
      ["german.csv", [GERMAN]],
    ] as const)
      it(`are what they were, as ${file}: no formula, days that are days, amounts to the last digit`, async () => {
        const { xml, rows } = await open(file, ...filter);
        expect(xml).not.to.contain("table:formula");
        expect(rows).to.have.length(rowCount);
        const cells = (type: string, key: string) =>
          deals.map((deal) => (deal[key] === null ? "" : `${type} ${deal[key]}`));
        expect(rows.map((row) => row.amount)).to.deep.equal(cells("float", "amount"));
        expect(rows.map((row) => row.close_on)).to.deep.equal(cells("date", "close_on"));
        // Where formulas are evaluated, a text that looks like one has an apostrophe before it.
        const names = cells("string", "opportunity_name").map((name) =>
          file === "german.csv" ? name.replace(/^string (?=[=+\-@])/, "string '") : name,
        );
        expect(rows.map((row) => row.opportunity_name)).to.deep.equal(names);
      });
  });

  describe("in DuckDB", () => {
    const ask = async (source: string) => {
      const instance = await DuckDBInstance.create(":memory:");
      const connection = await instance.connect();
      const types = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`);
      const rows = await connection.runAndReadAll(
        `SELECT count(*)::int AS count, sum(amount::decimal(38, 4))::text AS sum FROM ${source}`,
      );
      const names = await connection.runAndReadAll(
        `SELECT opportunity_name AS name FROM ${source}`,
      );
      connection.closeSync();
      instance.closeSync();
      return {
        types: Object.fromEntries(types.getRowsJson().map(([name, type]) => [name, type])),
        ...(rows.getRowObjectsJson()[0] as object),
        names: names.getRowsJson().map(([name]) => name),
      };
    };

    for (const [file, read] of [
      ["deals.csv", "read_csv"],
      ["deals.json", "read_json"],
      ["deals.ndjson", "read_ndjson"],
    ] as const)
      it(`are tables with types, as ${file}`, async () => {
        const { types, names, ...figures } = await ask(`${read}('${path(file)}')`);
        expect(figures).to.deep.equal({ count: rowCount, sum });
        expect(types).to.include({
          close_on: "DATE",
          stage: "VARCHAR",
        });
        expect(types.cycle_days).to.match(/^(BIG|HUGE)INT$/);
        expect(names).to.include.members(NAMES);
      });
  });
});
