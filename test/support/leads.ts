import type pg from "pg";
import { addRow } from "./crm.ts";

interface Lead {
  owner?: string;
  source?: string | null;
  /** Day of creation, at noon. */
  created: string;
  /** Instant of the conversion. */
  converted?: string;
  [column: string]: unknown;
}

/** Adds a lead; New while nothing else is said. */
export async function addLead(pool: pg.Pool, lead: Lead): Promise<string> {
  const { owner, source, created, converted, ...more } = lead;
  const { id } = await addRow(pool, "leads", {
    last_name: "Lead",
    owner_user_id: owner ?? null,
    lead_source: source === undefined ? "Web" : source,
    created_at: `${created}T12:00:00Z`,
    ...(converted && { status: "Converted", converted_at: converted }),
    ...more,
  });
  return id as string;
}

/** Leads of two reps, young and old, from several sources; one of them became a deal before it was there. */
export async function addLeads(pool: pg.Pool, { ann, bob }: { ann: string; bob: string }) {
  const leads: Lead[] = [
    // July: old enough for everything.
    { owner: ann, created: "2026-07-01", converted: "2026-07-11T12:00:00Z" },
    { owner: ann, created: "2026-07-02", converted: "2026-08-21T12:00:00Z" },
    { owner: ann, created: "2026-07-03", converted: "2026-09-21T12:00:00Z" },
    { owner: ann, created: "2026-07-04", converted: "2026-10-31T12:00:00Z" },
    { owner: bob, created: "2026-07-05", status: "Unqualified" },
    { owner: bob, created: "2026-07-31", source: null, converted: "2026-08-30T12:00:00Z" },
    // September: 60 days old, but for the last.
    { owner: ann, created: "2026-09-10", converted: "2026-09-20T12:00:00Z" },
    { owner: ann, created: "2026-09-22", status: "Working" },
    { owner: bob, created: "2026-09-12", source: "unknown", converted: "2026-09-11T12:00:00Z" },
    // November: too young for anything.
    { owner: ann, created: "2026-11-10", converted: "2026-11-12T12:00:00Z" },
    { created: "2026-11-20", source: " " },
    // The year before.
    { owner: bob, created: "2025-08-01", converted: "2025-08-05T12:00:00Z" },
    { owner: bob, created: "2025-08-02", status: "Unqualified" },
  ];
  for (const lead of leads) await addLead(pool, lead);
}
