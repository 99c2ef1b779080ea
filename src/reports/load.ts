import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { Viewer } from "../access/viewer.ts";
import { notFound } from "../errors.ts";
import { badReport } from "./bad-report.ts";
import { type Basis, basisFile, basisQuery, onBasis, onItsOwn } from "./basis.ts";
import type { Report } from "./define.ts";
import { checkDrills } from "./drills.ts";
import { parseQuery, type Query } from "./query.ts";
import { bindingsOf } from "./state.ts";

/** A report with its queries read and checked. */
export interface LoadedReport extends Report {
  /** By section key. */
  queries: ReadonlyMap<string, Query>;
  /** The queries of totals and counts, by the key of the table. */
  totals: ReadonlyMap<string, Query>;
  basis: Basis | undefined;
}

export type Catalogue = ReadonlyMap<string, LoadedReport>;

/** The reports that a viewer may know of. */
export const catalogueFor = (viewer: Viewer, catalogue: Catalogue): Catalogue =>
  new Map([...catalogue].filter(([, report]) => viewer.permissions.has(report.permission)));

/**
 * @param viewer who may know of it; whoever asks when left out
 * @throws TidemarkError `not_found`, also for one that the viewer may not know of
 */
export function findReport(catalogue: Catalogue, slug: string, viewer?: Viewer): LoadedReport {
  const report = catalogue.get(slug);
  const isKnown = report && (!viewer || viewer.permissions.has(report.permission));
  if (!isKnown) throw notFound(`There is no report "${slug}".`);
  return report;
}

/** Where the reports of this service live. */
export const reportsFolder = join(import.meta.dirname, "../../reports");

/**
 * Loads every folder that holds a `report.ts`, in the order of the navigation.
 * @throws TidemarkError `bad_report` for a definition or query that cannot work
 */
export async function loadReports(folder: string = reportsFolder): Promise<Catalogue> {
  const slugs = readdirSync(folder).filter((slug) => existsSync(join(folder, slug, "report.ts")));
  const reports = await Promise.all(slugs.map((slug) => loadReport(join(folder, slug), slug)));
  reports.sort((a, b) => a.position - b.position || a.title.localeCompare(b.title, "en"));
  const catalogue = new Map(reports.map((report) => [report.slug, report]));
  for (const report of reports) checkDrills(report, catalogue);
  return catalogue;
}

async function loadReport(folder: string, slug: string): Promise<LoadedReport> {
  const module = await import(pathToFileURL(join(folder, "report.ts")).href);
  const report = module.default as Report;
  if (report.slug !== slug) throw badReport(slug, `its slug is ${report.slug}, unlike its folder`);
  const known = new Set(report.parameters.flatMap((name) => bindingsOf[name]));
  for (const { name } of report.own) known.add(name);
  for (const name of Object.keys(report.absent)) known.add(name);
  if (report.customFields) known.add("cf");
  for (const name of ["sees_all", "takes_sums", "rows_before", "rows_shown"]) known.add(name);
  const check = (file: string, query: Query): Query => {
    const stranger = query.names.find((name) => !known.has(name));
    if (stranger) throw badReport(slug, `${file} uses :${stranger}, which no parameter gives`);
    return query;
  };
  const queries = new Map<string, Query>();
  const totals = new Map<string, Query>();
  const bases = new Map<string, Query>();
  const based = new Map<string, Query>();
  const read = (file: string, key?: string): Query => {
    const path = join(folder, file);
    const sql = readSql(path);
    const name = basisFile(sql);
    if (!name) return check(file, parseQuery(sql));
    const place = join(dirname(path), name);
    const basis = readSql(place);
    bases.set(relative(folder, place), basisQuery(basis));
    if (key) based.set(key, parseQuery(onBasis(sql)));
    return check(file, parseQuery(onItsOwn(sql, basis)));
  };
  for (const section of report.sections) {
    queries.set(section.key, read(section.query, section.key));
    const total = section.kind === "table" && (section.totalQuery ?? section.countQuery);
    if (total) totals.set(section.key, read(total));
  }
  if (bases.size > 1)
    throw badReport(slug, `its sections have ${[...bases.keys()].join(" and ")} as basis`);
  const [query] = bases.values();
  const basis = query && { query, sections: based };
  return { ...report, queries, totals, basis };
}

// A line `-- include: file.sql` stands for that file, so that sections share one definition of their rows; reports share
// those in the folder beside theirs. What is not beside the file that names it is beside the query.
const readSql = (path: string, beside = dirname(path)): string =>
  readFileSync(path, "utf8")
    .trimEnd()
    .replace(/^-- include: ((?:\.\.\/[a-z0-9-]+\/)?[a-z0-9-]+\.sql)$/gm, (_line, name: string) => {
      const near = join(dirname(path), name);
      return readSql(existsSync(near) ? near : join(beside, name), beside);
    });
