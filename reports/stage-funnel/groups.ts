import { type Column, tableSection } from "../../src/reports/define.ts";
import { repId, repName, teamName } from "../shared/columns.ts";
import { figures, stage } from "../shared/stage.ts";
import { drillsOf } from "./drills.ts";

const told = [stage, ...Object.values(figures)];

const cells = [
  { key: "reached_count", bar: true, carries: ["stage"] },
  {
    key: "move_rate",
    interval: { low: "move_rate_low", high: "move_rate_high" },
    below: { key: "moved_count", noun: ["moved on", "moved on"] as [string, string] },
  },
  {
    key: "win_rate",
    interval: { low: "win_rate_low", high: "win_rate_high" },
    below: { key: "won_count", noun: ["won", "won"] as [string, string] },
  },
  { key: "lost_count", carries: ["lost_by_now_count"] },
  {
    key: "undecided_count",
    below: { key: "open_count", noun: ["open", "open"] as [string, string] },
  },
  {
    key: "done_median_days",
    below: { key: "done_count", noun: ["left it", "left it"] as [string, string] },
  },
];

const base = {
  empty: "No deal of this cohort came to the stage.",
  query: "groups.sql",
};

export const reps = tableSection({
  ...base,
  key: "reps",
  title: "Reps",
  about: [
    "{links}Of the deals that reached the stage chosen under “From stage”. A name shows that rep alone.",
    "Of the deals that reached the stage chosen under “From stage”.",
  ],
  part: "reps",
  columns: [repId, repName, teamName, ...told],
  cells: [
    {
      key: "rep_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
    },
    ...cells,
  ],
  drills: drillsOf(told, { from_stage: "stage", owner: "owner_user_id" }),
});

const groupedBy = (key: string, parameter: string, title: string, column: Column) =>
  tableSection({
    ...base,
    key,
    title,
    about: "Of the same deals",
    part: key,
    columns: [column, ...told],
    cells: [{ key: column.key, filter: { parameter, key: column.key } }, ...cells],
    drills: drillsOf(told, { from_stage: "stage", [parameter]: column.key }),
  });

export const teams = groupedBy("teams", "team", "Teams", {
  ...teamName,
  definition: "Team that the owners of the deals are in today; (none) where they are in none.",
});

export const industries = groupedBy("industries", "industry", "Industries", {
  key: "industry",
  label: "Industry",
  type: "text",
  definition: "Industry of the companies that are to buy; (none) where it is blank.",
});
