import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { formats } from "../../src/render/formats.ts";
import { loadReports } from "../../src/reports/load.ts";
import { promisedContract } from "../support/contract.ts";

const folder = join(import.meta.dirname, "../../docs/connect");
const guides = new Map(
  readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]),
);

/** What stands between brackets after a match. */
const found = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, name = ""]) => name);

describe("the guides for BI tools", () => {
  const { version, views } = promisedContract();

  it("are all in the index, which says which version of the views there is", () => {
    const index = guides.get("README.md") ?? "";
    const others = [...guides.keys()].filter((file) => file !== "README.md");
    expect(found(index, /\]\(([a-z-]+\.md)\)/g)).to.have.members(others);
    expect(found(index, /contract: version (\d+),/g)).to.deep.equal([String(version)]);
  });

  for (const [file, text] of guides) {
    it(`name what there is: ${file}`, async () => {
      for (const view of found(text, /\breporting[".,]+\s?"?([a-z_]+)\b/g))
        expect(views, view).to.have.property(view);
      const catalogue = await loadReports();
      for (const address of found(text, /\/reports\/([a-z-]+\.[a-z]+)/g)) {
        const [slug = "", format] = address.split(".");
        expect([...catalogue.keys()], address).to.include(slug);
        expect(formats, address).to.include(format);
      }
      for (const path of found(text, /\]\(([^)#:]+)(?:#[^)]*)?\)/g))
        expect(existsSync(join(folder, path)), path).to.equal(true);
    });
  }
});
