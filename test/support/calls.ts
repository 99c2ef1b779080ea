import type pg from "pg";
import { addRow } from "./crm.ts";

let number = 0;

/** Adds a call with its scores. */
export async function addCall(
  pool: pg.Pool,
  call: { rep?: string; deal?: string; at: string; scores: Record<string, number | string> },
): Promise<void> {
  number += 1;
  const call_id = `call-${number}`;
  await addRow(pool, "conversations", {
    call_id,
    rep_user_id: call.rep ?? null,
    opportunity_id: call.deal ?? null,
    started_at: call.at,
  });
  for (const [signal_name, signal_value] of Object.entries(call.scores))
    await addRow(pool, "conversation_signals", { call_id, signal_name, signal_value });
}
