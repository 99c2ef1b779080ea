import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { settings } from "../../src/config.ts";
import { inProject } from "./files.ts";

const readme = inProject("README.md");

describe("the README", () => {
  it("lists every setting as src/config.ts defines it", function () {
    if (!existsSync(readme)) this.skip();
    const text = readFileSync(readme, "utf8");
    const rows = [...text.matchAll(/^\| *`([A-Z_]+)` *\| *(.*?) *\| *(.*?) *\|$/gm)].map(
      ([, name, about, fallback]) => [name, about, fallback],
    );
    const expected = Object.entries(settings).map(([name, { about, fallback }]) => [
      name,
      about,
      fallback,
    ]);
    expect(rows).to.deep.equal(expected);
  });
});
