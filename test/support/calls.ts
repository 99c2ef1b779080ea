import type pg from "pg";
import { addRow } from "./crm.ts";

let number = 0;

interface Call {
  rep?: string;
  deal?: string;
  at: string;
  scores?: Record<string, number | string>;
  /** Any other column, such as the transcript. */
  [column: string]: unknown;
}

/** Adds a call with its scores. @returns its key */
export async function addCall(pool: pg.Pool, call: Call): Promise<string> {
  number += 1;
  const { rep, deal, at, scores = {}, ...more } = call;
  const call_id = `call-${number}`;
  await addRow(pool, "conversations", {
    call_id,
    rep_user_id: rep ?? null,
    opportunity_id: deal ?? null,
    started_at: at,
    ...more,
  });
  for (const [signal_name, signal_value] of Object.entries(scores))
    await addRow(pool, "conversation_signals", { call_id, signal_name, signal_value });
  return call_id;
}
