import { readFileSync } from "node:fs";
import { expect } from "chai";
import { inProject, projectFiles } from "./files.ts";

const TEXT = /(\.(ts|js|json|sql|md|hbs|css|html|txt|ya?ml|java|py)|^\.[a-z]+|\/run|LICENSE)$/;

describe("files", () => {
  it("end with one line feed and have no carriage returns", () => {
    const files = projectFiles(TEXT);
    expect(files).to.include("package.json");
    const wrong = files.filter((file) => {
      const text = readFileSync(inProject(file), "utf8");
      return text !== "" && (!text.endsWith("\n") || text.endsWith("\n\n") || text.includes("\r"));
    });
    expect(wrong).to.deep.equal([]);
  });

  it("read the environment only in src/config.ts", () => {
    const readers = projectFiles(/^(src|reports)\/.*\.ts$/).filter((file) =>
      /\bprocess\s*\.\s*env\b/.test(readFileSync(inProject(file), "utf8")),
    );
    expect(readers).to.deep.equal(["src/config.ts"]);
  });
});
