// The deals behind a number, as the list of deals calls them.
const deals = (which: string) => (figure: string) => ({
  report: "opportunities",
  figure,
  set: { deals: which },
});

export const won = deals("won");
export const closed = deals("closed");
export const open = deals("open");
