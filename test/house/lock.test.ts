import { readFileSync } from "node:fs";
import { expect } from "chai";
import { inProject } from "./files.ts";

interface Entry {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

describe("package-lock.json", () => {
  it("has every package that it names, those for other machines too", () => {
    const { packages } = JSON.parse(readFileSync(inProject("package-lock.json"), "utf8")) as {
      packages: Record<string, Entry>;
    };
    // As Node looks for it: beside whoever needs it, or further up.
    const isThere = (place: string, name: string): boolean => {
      if (packages[`${place && `${place}/`}node_modules/${name}`]) return true;
      return (
        place !== "" && isThere(place.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, ""), name)
      );
    };
    const missing = Object.entries(packages).flatMap(([place, entry]) => {
      const { dependencies, devDependencies, optionalDependencies } = entry;
      const names = {
        ...dependencies,
        ...(place === "" && devDependencies),
        ...optionalDependencies,
      };
      return Object.keys(names)
        .filter((name) => !isThere(place, name))
        .map((name) => `${place} needs ${name}`);
    });
    expect(missing).to.deep.equal([]);
  });
});
