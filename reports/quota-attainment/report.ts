import { defineReport } from "../../src/reports/define.ts";
import { months, trend } from "./charts.ts";
import { summary } from "./summary.ts";
import { currencies, quotas, reps, teams } from "./tables.ts";

export default defineReport({
  slug: "quota-attainment",
  group: "Sales",
  position: 15,
  title: "Quota attainment",
  question: "Who makes their quota, and what would the pipeline still cover?",
  permission: "report:sales",
  marts: ["won_deals", "sales_dashboard"],
  parameters: ["period", "compare", "team", "owner", "currency"],
  defaults: { period: "fiscal_quarter", compare: "previous" },
  sections: [summary, trend, months, teams, reps, quotas, currencies],
});
