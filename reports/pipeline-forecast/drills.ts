// The deals behind a number, as the lists call them.
const list = (report: string, set: Record<string, string>) => (figure: string) => ({
  report,
  figure,
  set,
});

const deals = (which: string) => list("opportunities", { deals: which });

export const won = deals("won");
export const open = deals("open");
/** Deals of one category: won, or open and due. */
export const forecast = deals("forecast");
export const inCategory = (category: string) =>
  list("opportunities", { deals: "forecast", category });
export const slipped = list("slipped-deals", { moved: "slipped" });
export const pushed = list("slipped-deals", { moved: "pushed" });
/** Deals as they stood on a day of the row. */
export const past = (figure: string, on: string) => ({
  report: "past-pipeline",
  figure,
  by: { on },
});
