// The deals behind a number are rows of this very ledger.
const ledger = (set: Record<string, string>) => (figure: string) => ({
  report: "closed-won-ledger",
  figure,
  set,
});

export const all = ledger({});
export const withoutAmount = ledger({ amount: "missing" });
export const withoutRate = ledger({ rate: "missing" });
