// The calls of one rep that have a score for one signal, over the days that a column names.
const scored = (figure: string) => (period: string) => ({
  report: "conversations",
  figure,
  by: { period, owner: "rep_user_id", signal: "signal_name", score: "signal_name" },
});

export const calls = { mean: scored("mean_score"), count: scored("scored_count") };
