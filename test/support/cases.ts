import type pg from "pg";
import { addRow } from "./crm.ts";

interface Case {
  owner?: string;
  priority?: string;
  /** Statuses by instant, the first at the creation. */
  steps: Record<string, string>;
  /** Instant of a public reply. */
  reply?: string;
  /** Who gave it. */
  by: string;
  [column: string]: unknown;
}

/** Adds a case that goes through these statuses. */
export async function addCase(
  pool: pg.Pool,
  { owner, steps, reply, by, ...more }: Case,
): Promise<string> {
  const [[start, first], ...later] = Object.entries(steps) as [
    [string, string],
    ...[string, string][],
  ];
  const { id } = await addRow(pool, "cases", {
    subject: "Case",
    owner_user_id: owner ?? null,
    created_at: `${start}Z`,
    status: first,
    status_changed_at: `${start}Z`,
    ...more,
  });
  for (const [at, status] of later)
    await pool.query("UPDATE crm.cases SET status = $2, status_changed_at = $3 WHERE id = $1", [
      id,
      status,
      `${at}Z`,
    ]);
  if (reply)
    await addRow(pool, "case_events", {
      case_id: id,
      event_type: "Public Reply",
      happened_at: `${reply}Z`,
      actor_user_id: by,
    });
  return id as string;
}

/** A desk of two, with cases that were answered, resolved, opened again and left alone. */
export async function addCases(pool: pg.Pool, { ann, bob }: { ann: string; bob: string }) {
  const retail = (await addRow(pool, "companies", { name: "Shop", industry: "Retail" })).id;
  const cases: Omit<Case, "by">[] = [
    {
      owner: ann,
      priority: "Urgent",
      subject: "Quick",
      company_id: retail,
      steps: {
        "2026-11-02T08:00": "New",
        "2026-11-02T18:00": "Resolved",
        "2026-11-05T08:00": "Closed",
      },
      reply: "2026-11-02T09:00",
    },
    {
      owner: ann,
      priority: "High",
      subject: "Twice",
      steps: {
        "2026-11-03T08:00": "New",
        "2026-11-04T08:00": "Resolved",
        "2026-11-06T08:00": "Open",
        "2026-11-07T08:00": "Resolved",
        "2026-11-09T08:00": "Closed",
      },
      reply: "2026-11-03T11:00",
    },
    {
      owner: bob,
      subject: "Again",
      steps: {
        "2026-11-09T00:00": "New",
        "2026-11-10T12:00": "Resolved",
        "2026-11-12T08:00": "Open",
      },
      reply: "2026-11-09T05:00",
    },
    { owner: bob, priority: "Low", subject: "Waiting", steps: { "2026-11-11T08:00": "New" } },
    { subject: "Dropped", steps: { "2026-11-19T08:00": "New", "2026-11-20T08:00": "Closed" } },
    {
      owner: ann,
      priority: "Low",
      subject: "Slow",
      steps: { "2026-08-01T08:00": "New", "2026-09-01T08:00": "Resolved" },
      reply: "2026-08-01T10:00",
    },
    {
      owner: bob,
      priority: "High",
      subject: "Odd",
      steps: { "2026-08-25T10:00": "New", "2026-08-25T12:00": "Resolved" },
      reply: "2026-08-25T09:00",
    },
    {
      owner: bob,
      subject: "Old",
      steps: { "2025-12-01T08:00": "New", "2025-12-02T08:00": "Resolved" },
    },
  ];
  for (const one of cases) await addCase(pool, { ...one, by: ann } as Case);
}
