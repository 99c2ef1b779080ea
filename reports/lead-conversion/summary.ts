import { tilesSection } from "../../src/reports/define.ts";
import { change, comparedRate, figures } from "./columns.ts";
import { ofAll } from "./drills.ts";

const within = (days: number) => ({
  label: `Within ${days} days`,
  value: `within_${days}_rate`,
  empty: "too young",
  interval: { low: `within_${days}_low`, high: `within_${days}_high` },
  notes: [
    [`{within_${days}_low} to {within_${days}_high}, n\u00a0=\u00a0{old_${days}_count}`, ""],
    [`{compare_within_${days}_rate} in {compare_whole}`, ""],
  ],
});

export const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "figures.sql",
  part: "summary",
  columns: [...figures, ...change, comparedRate(30), comparedRate(60), comparedRate(90)],
  drills: ofAll,
  tiles: [
    {
      label: "Leads",
      value: "created_count",
      empty: "none",
      notes: [["{created_change:up}, {compare_created_count} in {compare_whole}", ""]],
    },
    {
      label: "Converted so far",
      value: "conversion_rate",
      empty: "no leads",
      notes: [["{converted_count} converted"], ["{undecided_count:some} not decided yet", ""]],
    },
    within(30),
    within(60),
    within(90),
    {
      label: "Median time",
      value: "median_days",
      empty: "none converted",
      notes: [
        ["of {converted_count:some} converted", ""],
        ["{young_count:some} young leads, so slow ones are missing", ""],
      ],
    },
  ],
  notices: [
    {
      when: "negative_count",
      text: "{negative_count|lead was|leads were} converted before creation: an error in the data",
    },
  ],
});
