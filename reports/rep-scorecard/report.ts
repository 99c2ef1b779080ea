import { borrowSection, defineReport } from "../../src/reports/define.ts";
import activity from "../activity/report.ts";
import leadConversion from "../lead-conversion/report.ts";
import pipelineForecast from "../pipeline-forecast/report.ts";
import quotaAttainment from "../quota-attainment/report.ts";
import weeklyScores from "../rep-weekly-scores/report.ts";
import salesDashboard from "../sales-dashboard/report.ts";
import supportCases from "../support-cases/report.ts";
import { people } from "./people.ts";
import { sales } from "./sales.ts";
import { scores } from "./scores.ts";

export default defineReport({
  slug: "rep-scorecard",
  group: "Sales",
  position: 17,
  title: "Rep scorecard",
  question: "How is this rep doing, all in all?",
  permission: "report:sales",
  marts: [
    "won_deals",
    "sales_dashboard",
    "rep_daily_activities",
    "rep_weekly_scores",
    "lead_conversion",
    "support_cases",
    "case_open_times",
  ],
  parameters: ["period", "compare", "owner", "currency"],
  isAboutOne: true,
  absent: {
    team: "text[]",
    industry: "text[]",
    source: "text[]",
    product: "text[]",
    signal: "text[]",
    priority: "text[]",
    type: "text[]",
    cf: "jsonb",
  },
  defaults: { period: "fiscal_quarter", compare: "previous" },
  sections: [
    sales,
    borrowSection(salesDashboard, "summary", {
      key: "deals",
      title: "Deals",
      tiles: ["win_rate", "median_deal_amount", "median_cycle_days"],
    }),
    borrowSection(pipelineForecast, "forecast", {
      key: "forecast",
      title: "Forecast",
      tiles: ["commit_amount", "best_case_amount", "pipeline_amount", "weighted_amount"],
    }),
    borrowSection(quotaAttainment, "trend", { key: "trend" }),
    borrowSection(salesDashboard, "stages", { key: "stages" }),
    borrowSection(activity, "summary", {
      key: "activity",
      title: "Activity",
      tiles: ["completed_count", "rep_week_mean", "planned_count", "overdue_count"],
    }),
    borrowSection(activity, "days", { key: "activity_days", title: "Completed activities" }),
    scores,
    borrowSection(weeklyScores, "reps", {
      key: "signals",
      title: "Signals",
      about: "How the calls of the period scored, signal by signal.",
      empty: "No call of this rep was scored in this period.",
      without: ["rank", "rank_best", "rank_worst"],
      cells: [
        { key: "signal_name", carries: ["rep_user_id", "rep_name", "team_name"] },
        {
          key: "mean_score",
          interval: { low: "mean_low", high: "mean_high", within: "signal_name" },
          flag: { key: "has_few_calls", text: "few calls" },
        },
        { key: "call_count" },
        { key: "week_count", carries: ["weeks_period"] },
        { key: "weekly_change" },
      ],
    }),
    borrowSection(leadConversion, "summary", {
      key: "leads",
      title: "Leads",
      only: ["created_count"],
    }),
    borrowSection(supportCases, "summary", {
      key: "cases",
      title: "Support cases",
      only: ["created_count", "resolved_count", "backlog_count"],
    }),
    people,
  ],
});
