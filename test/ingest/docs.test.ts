import { expect } from "chai";
import { customField, field } from "../../src/ingest/mapping/field.ts";
import { parseMapping } from "../../src/ingest/mapping/load.ts";
import { targetNames, targetOf } from "../../src/ingest/plan/targets.ts";
import { EXAMPLES, readText, Workbench } from "./support.ts";

const fenced = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(
    ([, code = ""]) => code,
  );

describe("the import's documentation", () => {
  let text: string;

  before(async () => {
    text = await readText(`${EXAMPLES}/../import.md`);
  });

  it("begins with an example that works as printed", async () => {
    const bench = await Workbench.open();
    try {
      await bench.rows(
        "INSERT INTO crm.users (email, first_name, last_name) VALUES ('a@example.com', 'Ann', 'Lee'), ('b@example.com', 'Bob', 'Orr')",
      );
      const mapping = JSON.parse(
        fenced(text, "json").find((code) => code.includes("our-crm")) ?? "",
      );
      const result = await bench.import(
        { "deals.csv": fenced(text, "csv")[0] ?? "" },
        mapping.steps,
        { source: mapping.source },
      );
      expect(result).to.include({ read: 2, inserted: 2, rejected: 0 });
      expect(
        await bench.rows(
          "SELECT name, stage, amount, currency, close_date FROM crm.opportunities ORDER BY external_id",
        ),
      ).to.deep.equal([
        {
          name: "Acme, D-1001",
          stage: "Proposal/Price Quote",
          amount: "12500.0000",
          currency: "EUR",
          close_date: "2026-03-31",
        },
        {
          name: "Unknown, D-1002",
          stage: "Closed Won",
          amount: "900.0000",
          currency: "EUR",
          close_date: "2026-01-15",
        },
      ]);
    } finally {
      await bench.close();
    }
  });

  it("names every table, what finds its records, and every key of a mapping", () => {
    for (const table of targetNames) {
      const row = text.split("\n").find((line) => line.startsWith(`| \`${table}\` |`));
      expect(row, table).to.be.a("string");
      for (const finder of Object.keys(targetOf(table).finders ?? {}))
        expect(row, table).to.include(`\`${finder}\``);
    }
    const keys = [field, customField].flatMap((schema) => Object.keys(schema.out.shape));
    expect(keys).to.include.members(["lookup", "choices"]);
    for (const key of keys) expect(text, key).to.match(new RegExp(`[\`"]${key}[\`"]`));
  });

  it("is accompanied by examples that are in order", async () => {
    for (const name of ["maven-crm", "bank-telemarketing"]) {
      expect(() => parseMapping(JSON.parse("{}"))).to.throw("source: must be text");
      const mapping = parseMapping(JSON.parse(await readText(`${EXAMPLES}/${name}.json`)));
      expect(mapping.source).to.equal(name);
    }
  });
});
