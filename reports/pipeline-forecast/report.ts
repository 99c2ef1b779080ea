import { defineReport } from "../../src/reports/define.ts";
import { categories, days, months } from "./charts.ts";
import { reps } from "./reps.ts";
import { slippedDeals } from "./slipped.ts";
import { forecast, slippage } from "./tiles.ts";

export default defineReport({
  slug: "pipeline-forecast",
  group: "Sales",
  position: 20,
  title: "Pipeline and forecast",
  question: "Where will the period end, and what has moved out of it?",
  permission: "report:sales",
  marts: ["sales_dashboard", "pipeline_history"],
  parameters: ["period", "team", "owner", "industry", "source", "product", "currency"],
  customFields: "opportunities",
  defaults: { period: "fiscal_quarter" },
  sections: [forecast, categories, months, slippage, days, reps, slippedDeals],
});
