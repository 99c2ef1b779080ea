/** What the benchmark knows of a live mart beyond its name. */
export interface LiveMart {
  name: string;
  /** Report that reads it. */
  report: string;
  /** Column with the person that a row belongs to. */
  owner: string;
  /** Column with the day that a row belongs to. */
  day: string;
  /** The key of a row, as SQL; no two keys give the same text. */
  key: string;
  /** Finds one base row behind a row of the mart aliased `picked`: gives `id`. */
  behind: string;
  /** Changes the base rows with the ids $1, so that their keys change. */
  touch: string;
}

const SCORE_AGAIN = `
  UPDATE crm.conversation_signals SET signal_value = signal_value + 0.01
  WHERE call_id = ANY ($1) AND signal_value IS NOT NULL`;

export const liveMarts: readonly LiveMart[] = [
  {
    name: "sales_dashboard",
    report: "sales-dashboard",
    owner: "owner_user_id",
    day: "close_on",
    key: "opportunity_id::text",
    behind: "SELECT picked.opportunity_id::text AS id",
    touch:
      "UPDATE crm.opportunities SET amount = coalesce(amount, 0) + 1 WHERE id = ANY ($1::uuid[])",
  },
  {
    name: "rep_weekly_scores",
    report: "rep-weekly-scores",
    owner: "rep_user_id",
    day: "week_on",
    key: "rep_user_id || ' ' || week_on",
    behind: `
      SELECT call_id AS id FROM crm.conversations
      WHERE rep_user_id = picked.rep_user_id
        AND started_at >= picked.week_at AND started_at < picked.week_at + interval '7 days'
      LIMIT 1`,
    touch: SCORE_AGAIN,
  },
  {
    name: "signal_outcomes",
    report: "signal-outcomes",
    owner: "owner_user_id",
    day: "close_on",
    key: "opportunity_id::text",
    behind:
      "SELECT call_id AS id FROM crm.conversations WHERE opportunity_id = picked.opportunity_id LIMIT 1",
    touch: SCORE_AGAIN,
  },
];
