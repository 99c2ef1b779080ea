import type { Column } from "../../src/reports/define.ts";

export const signalName: Column = {
  key: "signal_name",
  label: "Signal",
  type: "name",
  definition:
    "What the calls before the close were scored for: the first of the signals chosen, or else the call score.",
};
export const currency: Column = {
  key: "currency",
  label: "Currency",
  type: "text",
  definition: "Currency of the amount. Amounts in other currencies are not converted.",
};
