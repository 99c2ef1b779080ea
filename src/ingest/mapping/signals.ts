import { badMapping } from "../../errors.ts";
import { field } from "./field.ts";
import type { Step } from "./schema.ts";

/** Turns `signals` (one file column per signal) into one step per signal; other steps stay as they are. */
export function expandSignals(step: Step, where: string): Step[] {
  const { signals, ...rest } = step;
  if (signals === undefined) return [step];
  if (step.table !== "conversation_signals") {
    throw badMapping(`${where}.signals`, 'is for the table "conversation_signals" only');
  }
  if (Object.keys(signals).length === 0) {
    throw badMapping(`${where}.signals`, "must name at least one signal");
  }
  for (const column of ["signal_name", "signal_value"]) {
    if (column in step.columns) {
      throw badMapping(`${where}.columns.${column}`, "is set by signals already");
    }
  }
  return Object.entries(signals).map(([signal, value]) => ({
    ...rest,
    name: `${step.name ?? "Signal"}: ${signal}`,
    columns: {
      ...step.columns,
      signal_name: field.parse({ constant: signal }),
      signal_value: value,
    },
  }));
}
