import type pg from "pg";
import { EVERYTHING } from "../../src/db/transaction.ts";

/** Somebody who opens reports. */
export interface Viewer {
  name: string;
  /** Id of the person; EVERYTHING for a service. */
  id: string;
  /** People whose rows they see. */
  people: number;
}

const WANTED = [
  { name: "director", people: 200 },
  { name: "manager", people: 10 },
  { name: "rep", people: 1 },
];

/** A service that sees everything, and people with about as many others below them. */
export async function findViewers(pool: pg.Pool): Promise<Viewer[]> {
  const viewers: Viewer[] = [{ name: "all", id: EVERYTHING, people: Number.POSITIVE_INFINITY }];
  for (const { name, people } of WANTED) {
    const { rows } = await pool.query<{ id: string; people: number }>(NEAREST, [people]);
    if (rows[0]) viewers.push({ name, ...rows[0] });
  }
  return viewers;
}

/** $1 how many people. Among equals, whoever has the middle number of deals. */
const NEAREST = `
  WITH RECURSIVE below AS (
    SELECT users.id AS viewer, users.id
    FROM crm.users
    WHERE crm.permissions_of(users.id) @> '{report:sales,report:conversations}'
      AND NOT crm.permissions_of(users.id) @> '{report:view_all}'
    UNION ALL
    SELECT below.viewer, users.id
    FROM below
    JOIN crm.users ON users.manager_user_id = below.id
  ),
  sizes AS (SELECT viewer AS id, count(*)::integer AS people FROM below GROUP BY viewer),
  nearest AS (
    SELECT sizes.*, (SELECT count(*) FROM crm.opportunities WHERE owner_user_id = sizes.id) AS deals
    FROM sizes
    WHERE abs(people - $1) = (SELECT min(abs(people - $1)) FROM sizes)
  )
  SELECT id, people
  FROM nearest
  WHERE deals > 0 OR people > 1
  ORDER BY deals
  OFFSET (SELECT count(*) FROM nearest WHERE deals > 0 OR people > 1) / 2
  LIMIT 1`;
