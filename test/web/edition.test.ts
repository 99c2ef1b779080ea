import { expect } from "chai";
import { loadReports } from "../../src/reports/load.ts";
import { editionOf } from "../../src/web/edition.ts";

describe("the edition", () => {
  it("changes with what answers are made by, and with nothing else", async () => {
    const catalogue = await loadReports();
    const edition = editionOf(catalogue, { style: "/a.css" });
    expect(editionOf(await loadReports(), { style: "/a.css" })).to.equal(edition);
    expect(editionOf(catalogue, { style: "/b.css" })).not.to.equal(edition);

    const [slug, report] = [...catalogue][0] ?? expect.fail("no report");
    const [key, query] = [...report.queries][0] ?? expect.fail("no query");
    const pieces = [`${query.pieces[0]} `, ...query.pieces.slice(1)];
    for (const change of [
      { title: "Other" },
      { queries: new Map([...report.queries, [key, { ...query, pieces }]]) },
    ])
      expect(
        editionOf(new Map([...catalogue, [slug, { ...report, ...change }]]), { style: "/a.css" }),
      ).not.to.equal(edition);
  });
});
