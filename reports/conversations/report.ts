import { defineReport } from "../../src/reports/define.ts";
import { calls } from "./calls.ts";
import { filters } from "./filters.ts";
import { signals } from "./signals.ts";
import { summary } from "./summary.ts";
import { means, weeks } from "./weeks.ts";

export default defineReport({
  slug: "conversations",
  group: "Conversations",
  position: 25,
  title: "Conversations",
  question: "Which calls make the score?",
  permission: "report:conversations",
  records: "call",
  marts: ["rep_weekly_calls", "rep_weekly_scores", "signal_outcomes", "signal_cut_points"],
  asOf: { signal_cut_points: "quartile cut points" },
  parameters: ["period", "team", "owner", "signal"],
  own: filters,
  customFields: "conversations",
  defaults: { period: "last_90_days" },
  sections: [summary, weeks, means, calls, signals],
});
