import { expect } from "chai";
import { choices, recordKinds, sourceOfOptions } from "../../src/reports/choices.ts";
import { type Catalogue, loadReports } from "../../src/reports/load.ts";
import { bindQuery } from "../../src/reports/query.ts";
import { viewsIn } from "../../src/reports/versions.ts";
import { nothingBound } from "../support/bindings.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";

/** What decides an answer is asked from the catalogue of the database, so that a new report cannot forget a part. */
describe("the sources of every report", () => {
  let db: TestDatabase;
  let catalogue: Catalogue;

  before(async () => {
    db = await createTestDatabase();
    await refreshMarts(db.pool);
    catalogue = await loadReports();
  });
  after(() => db.drop());

  /** Every query that answers are made of, with its placeholders filled. */
  const queries = () => {
    const found = new Map<string, string>();
    // Also with the parts that only some parameters need.
    for (const report of catalogue.values())
      for (const [key, query] of [...report.queries, ...report.totals])
        for (const form of [query, { ...query, lean: undefined }]) {
          const { text } = bindQuery(form, nothingBound(report));
          const about = form === query ? key : `${key} whole`;
          found.set(`${report.slug} ${about}`, text.replace(/\$\d+/g, "NULL"));
        }
    for (const name of Object.keys(choices) as (keyof typeof choices)[])
      for (const records of recordKinds) {
        const source = sourceOfOptions(name, records);
        found.set(`${records}s by ${name}`, / /.test(source) ? source : `SELECT * FROM ${source}`);
      }
    return found;
  };

  it("are found by the names in its SQL", async () => {
    const { rows } = await db.pool.query("SELECT function_name AS name FROM mart.function_sources");
    const hiding = new Set(rows.map(({ name }) => name));
    for (const [name, sql] of queries()) {
      await db.pool.query("DROP VIEW IF EXISTS reporting.asked");
      await db.pool.query(`CREATE VIEW reporting.asked AS ${sql}`);
      const sources = async (views: string[]) =>
        (
          await db.pool.query(
            // Of a function that hides what it reads, that is written down.
            `SELECT source FROM reporting.versions_behind($1)
             WHERE split_part(source, '(', 1) NOT IN (SELECT 'reporting.' || function_name FROM mart.function_sources)
             ORDER BY source`,
            [views],
          )
        ).rows;
      const functions = viewsIn(sql).filter((one) => hiding.has(one));
      const all = await sources(["asked", ...functions]);
      expect(await sources(viewsIn(sql)), name).to.deep.equal(all);
    }
  });

  it("are all counted", async () => {
    for (const [name, sql] of queries()) {
      const { rows } = await db.pool.query(
        "SELECT source FROM reporting.versions_behind($1) WHERE version IS NULL",
        [viewsIn(sql)],
      );
      // A table here needs mart.capture_changes() or mart.capture_resets() in a migration.
      expect(rows, name).to.deep.equal([]);
    }
  });

  it("have a name in words where they are as of a refresh", async () => {
    for (const report of catalogue.values()) {
      const views = [...report.queries.values()].flatMap(({ pieces }) => pieces.flatMap(viewsIn));
      const { rows } = await db.pool.query(
        "SELECT source FROM reporting.versions_behind($1) WHERE is_mart ORDER BY source",
        [views],
      );
      const asOf = rows.map(({ source }) => source);
      expect(Object.keys(report.asOf).sort(), report.slug).to.deep.equal(asOf);
      expect(report.marts, report.slug).to.include.members(asOf);
    }
  });
});
