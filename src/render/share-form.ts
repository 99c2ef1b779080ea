import type { PageData } from "../reports/page.ts";
import { periodPresets } from "../reports/period.ts";
import { namedRange } from "../reports/span.ts";
import { shortQuery } from "../reports/state.ts";
import { chosen } from "./admin/choice.ts";

/** Links that people here may make. */
export interface ShareOffer {
  openTo: "people" | "anyone";
  /** How many days one may open. */
  days: readonly number[];
}

/** What was sent, as far as it was. */
export interface ShareForm {
  days: string;
  /** `fixed`: the days that the period has now. */
  dates: string;
}

const USUAL_DAYS = "7";

/** The form that makes a link to what a page shows. */
export function shareForm(
  { report, state }: Pick<PageData, "report" | "state">,
  { openTo, days }: ShareOffer,
  form: ShareForm = { days: USUAL_DAYS, dates: "" },
) {
  const { period } = state;
  const preset = periodPresets.find(({ value }) => value === period?.value && value !== "all");
  return {
    report: report.slug,
    query: shortQuery(state),
    isForAnyone: openTo === "anyone",
    days: chosen(
      days.map((count) => ({
        value: String(count),
        label: count === 1 ? "for a day" : `for ${count} days`,
      })),
      form.days,
    ),
    // A period that stays where it is has nothing to choose.
    period: period &&
      preset && {
        moving: preset.label,
        fixed: namedRange(period.from, period.to).label,
        isFixed: form.dates === "fixed",
      },
  };
}
