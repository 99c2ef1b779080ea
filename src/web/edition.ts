import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Catalogue } from "../reports/load.ts";

const root = join(import.meta.dirname, "../..");

/** What writes the answers. The versions of libraries stand in package.json. */
const FILES = ["package.json", "views/**/*.hbs", "src/{reports,render,web}/**/*.ts"];

/**
 * Names everything besides the data that decides what an answer looks like. The service runs from its sources, which
 * may change without a release: so it is made from them.
 */
export function editionOf(catalogue: Catalogue, assets: object): string {
  const hash = createHash("sha256").update(process.version);
  for (const file of globSync(FILES, { cwd: root }).sort())
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  for (const { queries, ...definition } of catalogue.values())
    hash.update(JSON.stringify([definition, [...queries]]));
  hash.update(JSON.stringify(assets));
  return hash.digest("base64url").slice(0, 12);
}
