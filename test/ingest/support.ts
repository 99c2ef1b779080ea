import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type pg from "pg";
import { type ImportOptions, type ImportResult, runImport } from "../../src/ingest/run.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const ROOT = resolve(import.meta.dirname, "../..");
export const EXAMPLES = join(ROOT, "docs/examples");

/** Folder of a public data set, or undefined: TIDEMARK_SAMPLE_DATA, or shared/data beside the project or above it. */
export function sampleData(name: string): string | undefined {
  const folders = process.env.TIDEMARK_SAMPLE_DATA ? [process.env.TIDEMARK_SAMPLE_DATA] : [];
  for (let folder = ROOT; folder !== dirname(folder); folder = dirname(folder)) {
    folders.push(join(folder, "shared/data"));
  }
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Says why a test of a data set is left out, in the test's own line of the report. */
export function skipWithout(this: Mocha.Context, name: string): string {
  const folder = sampleData(name);
  if (folder === undefined) {
    const reason = `(the data set ${name} is not here; TIDEMARK_SAMPLE_DATA may name its folder)`;
    if (this.test?.parent) this.test.parent.title += ` ${reason}`;
    this.skip();
  }
  return folder;
}

/** A database and a folder of files for one test file. */
export class Workbench {
  readonly database: TestDatabase;
  readonly folder: string;
  #count = 0;

  private constructor(database: TestDatabase, folder: string) {
    this.database = database;
    this.folder = folder;
  }

  static async open(): Promise<Workbench> {
    const folder = await mkdtemp(join(tmpdir(), "tidemark-import-"));
    return new Workbench(await createTestDatabase(), folder);
  }

  async close() {
    await this.database.drop();
    await rm(this.folder, { recursive: true, force: true });
  }

  get pool(): pg.Pool {
    return this.database.pool;
  }

  /** Writes files (name → content) and their mapping into a folder of their own. @returns the mapping's path */
  async write(
    files: Readonly<Record<string, string | Buffer>>,
    mapping: { source?: string; zone?: string; blank?: string[]; steps: readonly object[] },
  ): Promise<string> {
    this.#count += 1;
    const folder = join(this.folder, String(this.#count));
    await mkdir(folder);
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, name), content);
    }
    const path = join(folder, "mapping.json");
    await writeFile(path, JSON.stringify({ source: "test", ...mapping }));
    return path;
  }

  /** Imports files (name → content) with the given steps. Rejected rows go to a file in their folder. */
  async import(
    files: Readonly<Record<string, string | Buffer>>,
    steps: readonly object[],
    options: ImportOptions & { source?: string; zone?: string; blank?: string[] } = {},
  ): Promise<ImportResult> {
    const { source = "test", zone, blank, ...rest } = options;
    const mapping = await this.write(files, {
      source,
      steps,
      ...(zone !== undefined && { zone }),
      ...(blank !== undefined && { blank }),
    });
    return runImport(this.pool, mapping, {
      rejects: join(dirname(mapping), "rejects.csv"),
      ...rest,
    });
  }

  async rows<Row = Record<string, string>>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query(sql, values)).rows as Row[];
  }

  /** The one value of a query. */
  async value(sql: string): Promise<unknown> {
    const [row] = await this.rows<Record<string, unknown>>(sql);
    return row && Object.values(row)[0];
  }
}

/** Counts of an import, for comparing. */
export const counts = ({
  read,
  inserted,
  updated,
  unchanged,
  skipped,
  rejected,
}: ImportResult) => ({
  read,
  inserted,
  updated,
  unchanged,
  skipped,
  rejected,
});

export const readText = (path: string) => readFile(path, "utf8");
