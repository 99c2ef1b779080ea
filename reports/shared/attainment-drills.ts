// The won deals behind a number are rows of the ledger, in the currency of the page alone; open ones are in the list of deals.
const ledger =
  (set: Record<string, string> = {}) =>
  (figure: string) => ({
    report: "closed-won-ledger",
    figure,
    set: { conversion: "none", ...set },
  });

export const won = ledger();
const withoutAmount = ledger({ amount: "missing" });
const moved = ledger({ credit: "moved" });
const open = (figure: string) => ({ report: "opportunities", figure, set: { deals: "open" } });

/** Where the figures of a row lead: of all people, or of those that columns of the row name. */
export const drillsBy = (by: Record<string, string>) => ({
  won_amount: { ...won("amount"), by },
  won_count: { ...won("deal_count"), by },
  compare_won_amount: { ...won("amount"), by, compared: true },
  missing_amount_count: { ...withoutAmount("deal_count"), by },
  moved_count: { ...moved("deal_count"), by },
  open_amount: { ...open("amount"), by },
  open_count: { ...open("deal_count"), by },
  weighted_amount: { ...open("weighted_amount"), by },
});

/** The quotas that make a number are listed with whose they are. */
export const quotasBy = (by: Record<string, string>) => ({
  quota_amount: { report: "quota-attainment", figure: "quota_amount", by },
  quota_to_date_amount: { report: "quota-attainment", figure: "quota_to_date_amount", by },
});
