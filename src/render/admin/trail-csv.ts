import type { TrailEvent } from "../../access/trail.ts";
import { toCsv } from "../csv.ts";

const COLUMNS = [
  { key: "id", type: "text" },
  { key: "occurred_at", type: "time" },
  { key: "kind", type: "text" },
  { key: "actor_user_id", type: "text" },
  { key: "actor_name", type: "text" },
  { key: "means", type: "text" },
  { key: "address", type: "text" },
  { key: "subject", type: "text" },
  { key: "details", type: "text" },
] as const;

/** The trail as CSV. People outside can write into it, by signing in as `=1+1@…`: no spreadsheet is to calculate that. */
export const toTrailCsv = (batches: AsyncIterable<TrailEvent[]>) => toCsv(COLUMNS, rowsOf(batches));

async function* rowsOf(batches: AsyncIterable<TrailEvent[]>) {
  for await (const events of batches)
    yield events.map((event) => ({
      ...event,
      actor_name: plain(event.actor_name),
      subject: event.subject && plain(event.subject),
      details: JSON.stringify(event.details),
    }));
}

const plain = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
