import { badMapping } from "../../errors.ts";
import { field } from "./field.ts";
import type { Step } from "./schema.ts";

/** A step for one target table; rows with a blank in `skipBlank` are not meant. */
export type SingleStep = Omit<Step, "signals"> & { skipBlank?: string };

/** Turns `signals` (one file column per signal) into one step per signal; other steps stay as they are. */
export function expandSignals(step: Step, where: string): SingleStep[] {
  const { signals, ...rest } = step;
  if (signals === undefined) return [rest];
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
    // A call without this signal is no mistake.
    skipBlank: "signal_value",
    columns: {
      ...step.columns,
      signal_name: field.parse({ constant: signal }),
      signal_value: value,
    },
  }));
}
