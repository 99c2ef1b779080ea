import type { ReportInput } from "../../src/reports/define.ts";
import { deal } from "../shared/deal.ts";
import { quartile } from "../shared/quartile.ts";

/** What calls are looked for by, besides days, people and signals. */
export const filters: ReportInput["own"] = [
  {
    kind: "words",
    name: "q",
    label: "Search",
    hint: 'Words in the transcript: all of them, "one after the other", one or another, -without',
  },
  {
    kind: "score",
    name: "score",
    label: "Score",
    hint: "A signal, alone or with >, >=, =, <= or < and a number: call_score>=7",
  },
  {
    kind: "text",
    name: "participant",
    label: "Participant",
    hint: "A whole e-mail address or name",
  },
  {
    kind: "one",
    name: "deals",
    label: "Deals",
    options: [
      { value: "closed", label: "Before the close of deals closed in the period" },
      { value: "won", label: "Before the close of deals won in the period" },
      { value: "lost", label: "Before the close of deals lost in the period" },
    ],
  },
  quartile,
  {
    kind: "object",
    name: "response",
    label: "Response",
    hint: 'What the scoring service answered, as JSON: {"language":"en"}',
    longest: 2000,
  },
  deal,
  { kind: "text", name: "call", label: "Call", isQuiet: true, hint: "The id of a call" },
];
