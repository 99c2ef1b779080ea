import pg from "pg";
import { pickRows } from "./changes.ts";
import type { LiveMart } from "./live-mart.ts";

/** A write whose number ($1) shows in one row of a mart, and the read that looks for it: gives `seen`. */
export interface Probe {
  write: string;
  read: string;
}

/** For some row of the mart. */
export async function probeFor(pool: pg.Pool, mart: LiveMart): Promise<Probe> {
  const [id] = await pickRows(pool, mart, 1);
  if (id === undefined) throw new Error(`${mart.name} has no rows`);
  if (mart.name === "sales_dashboard") return ofDeal(id);
  return mart.name === "rep_weekly_scores" ? ofWeek(pool, id) : ofOutcome(pool, id);
}

const ofDeal = (id: string): Probe => ({
  write: `UPDATE crm.opportunities SET amount = $1 WHERE id = '${id}'`,
  read: `SELECT amount = $1 AS seen FROM reporting.sales_dashboard WHERE opportunity_id = '${id}'`,
});

/** All scores of a signal become the same, and so does their mean. */
const scoreAll = (calls: string) => `
  UPDATE crm.conversation_signals SET signal_value = $1
  WHERE signal_name = 'call_score' AND call_id IN (SELECT call_id FROM crm.conversations WHERE ${calls})`;

async function ofWeek(pool: pg.Pool, call: string): Promise<Probe> {
  const { rows } = await pool.query(
    `SELECT scores.rep_user_id AS rep, scores.week_on AS week, scores.week_at AS at
     FROM crm.conversations AS calls
     JOIN mart.rep_weekly_scores AS scores
       ON scores.rep_user_id = calls.rep_user_id
       AND calls.started_at >= scores.week_at AND calls.started_at < scores.week_at + interval '7 days'
     WHERE calls.call_id = $1
     LIMIT 1`,
    [call],
  );
  const { rep, week, at } = rows[0];
  const since = pg.escapeLiteral(at);
  return {
    write: scoreAll(
      `rep_user_id = '${rep}' AND started_at >= ${since} AND started_at < ${since}::timestamptz + interval '7 days'`,
    ),
    read: `
      SELECT mean_score = $1 AS seen FROM reporting.rep_weekly_scores
      WHERE rep_user_id = '${rep}' AND week_on = '${week}' AND signal_name = 'call_score'`,
  };
}

async function ofOutcome(pool: pg.Pool, call: string): Promise<Probe> {
  const { rows } = await pool.query(
    "SELECT opportunity_id AS id FROM crm.conversations WHERE call_id = $1",
    [call],
  );
  return {
    write: scoreAll(`opportunity_id = '${rows[0].id}'`),
    read: `
      SELECT signal_value = $1 AS seen FROM reporting.signal_outcomes
      WHERE opportunity_id = '${rows[0].id}' AND signal_name = 'call_score'`,
  };
}
