// The leads behind a number, as the list of leads calls them.
const leads = (figure: string, set: Record<string, string> = {}) => ({
  report: "leads",
  figure,
  set: { leads: "created", ...set },
});

const common = {
  created_count: leads("lead_count"),
  converted_count: leads("lead_count", { outcome: "converted" }),
  conversion_rate: leads("conversion_rate"),
  undecided_count: leads("lead_count", { outcome: "undecided" }),
  median_days: leads("median_days", { outcome: "converted" }),
  young_count: leads("lead_count", { age: "young" }),
  negative_count: leads("lead_count", { outcome: "negative" }),
};

const windowOf = (days: number) => ({
  [`old_${days}_count`]: leads("lead_count", { age: `${days}` }),
  [`within_${days}_count`]: leads("lead_count", { outcome: `within_${days}`, age: `${days}` }),
  [`within_${days}_rate`]: leads(`within_${days}_rate`, { age: `${days}` }),
});

const drills = { ...common, ...windowOf(30), ...windowOf(60), ...windowOf(90) };

type Drills = Record<string, ReturnType<typeof leads>>;

const by = (all: Drills, parameters: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(all).map(([key, drill]) => [key, { ...drill, by: parameters }]),
  );

/** Those of some columns alone. */
export const only = <D>(all: Record<string, D>, ...keys: string[]): Record<string, D> =>
  Object.fromEntries(Object.entries(all).filter(([key]) => keys.includes(key)));

export const ofAll: Drills = drills;
export const ofSource = by(drills, { source: "lead_source" });
export const ofRep = by(drills, { owner: "owner_user_id" });
export const ofMonth = by(drills, { period: "cohort_days" });
export const ofCohort = by(drills, { period: "cohort_days", source: "lead_source" });

/** Leads of the period compared with. */
export const compared = { ...leads("lead_count"), compared: true };
