import { defineReport } from "../../src/reports/define.ts";
import { OPEN_STAGES, stageParameters } from "../shared/stage.ts";
import { industries, reps, teams } from "./groups.ts";
import { funnel, months, stages } from "./stages.ts";
import { summary } from "./summary.ts";

export default defineReport({
  slug: "stage-funnel",
  group: "Sales",
  position: 30,
  title: "Stage funnel",
  question: "Where do deals move on, get stuck or get lost?",
  permission: "report:sales",
  marts: ["stage_funnel"],
  parameters: ["period", "compare", "team", "owner", "industry", "source", "product"],
  own: stageParameters(OPEN_STAGES),
  customFields: "opportunities",
  defaults: { period: "last_quarter", compare: "previous" },
  sections: [summary, funnel, stages, months, reps, teams, industries],
});
