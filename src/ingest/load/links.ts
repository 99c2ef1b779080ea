import type pg from "pg";
import type { StepPlan } from "../plan/step.ts";
import { joinExisting } from "./proposal.ts";
import { crm, lookupTable, name, ROWS } from "./sql.ts";

/** Links the activities of a range to what they were about; links that are there already stay. */
export async function writeLinks(client: pg.ClientBase, plan: StepPlan, inRange: string) {
  for (const { kind, output } of plan.links) {
    const link = plan.target.links?.[kind];
    if (!link) continue;
    await client.query(`
      INSERT INTO ${crm(link.into)} (activity_id, activity_created_at, ${name(link.column)})
      SELECT e.id, e.created_at, found.found
      FROM ${ROWS} AS s
      ${joinExisting(plan, "JOIN")}
      JOIN ${lookupTable(output)} AS found ON found.text = s.${name(output.name)}
      WHERE s.bad_reason IS NULL AND found.found IS NOT NULL AND ${inRange}
      ORDER BY e.id
      ON CONFLICT DO NOTHING`);
  }
}
