import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Queryable } from "../../src/db/queryable.ts";

/** What BI tools build on: by view, the type of each column. */
export interface Contract {
  version: number;
  views: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const file = join(import.meta.dirname, "../../docs/reporting-contract.json");

/** What was promised. */
export const promisedContract = (): Contract => JSON.parse(readFileSync(file, "utf8")) as Contract;

export const writeContract = (contract: Contract) =>
  writeFileSync(file, `${JSON.stringify(contract, null, 2)}\n`);

/** What the database has. */
export async function readContract(db: Queryable): Promise<Contract> {
  const { rows } = await db.query<Contract>(
    `WITH views AS (
       SELECT view_name, json_object_agg(column_name, data_type ORDER BY column_position) AS columns
       FROM reporting.contract_columns
       GROUP BY view_name
     )
     SELECT contract_version AS version, (SELECT json_object_agg(view_name, columns ORDER BY view_name) FROM views) AS views
     FROM reporting.contract`,
  );
  return rows[0] as Contract;
}

/** What a tool that was built on the one would miss in the other, in words. */
export const brokenPromises = (promised: Contract, present: Contract): string[] =>
  Object.entries(promised.views).flatMap(([view, columns]) => {
    const now = present.views[view];
    if (!now) return [`${view} is gone`];
    return Object.entries(columns).flatMap(([column, type]) => {
      if (now[column] === undefined) return [`${view}.${column} is gone`];
      return now[column] === type ? [] : [`${view}.${column} was ${type} and is ${now[column]}`];
    });
  });

/** Broken promises that no new version announces. */
export const unannounced = (promised: Contract, present: Contract): string[] =>
  present.version > promised.version ? [] : brokenPromises(promised, present);
