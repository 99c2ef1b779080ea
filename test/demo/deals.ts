import { expect } from "chai";
import type { Business } from "./business.ts";
import { replayCases, replayDeals } from "./replay.ts";

/** How deals move. */
export function deals(business: Business) {
  it("tells each deal's history from its first stage to its present one", async () => {
    const { wrong_starts, wrong_ends, out_of_order, wrong_closes } = await business.figures(`
      WITH steps AS (
        SELECT
          history.*,
          row_number() OVER (PARTITION BY opportunity_id ORDER BY history.id) AS step,
          lead(changed_at) OVER (PARTITION BY opportunity_id ORDER BY history.id) AS next_at,
          lead(history.id) OVER (PARTITION BY opportunity_id ORDER BY history.id) IS NULL AS is_last
        FROM crm.opportunity_history AS history
      )
      SELECT
        count(*) FILTER (WHERE (step = 1) <> (from_stage IS NULL)
          OR (step = 1 AND changed_at <> opportunities.created_at)) AS wrong_starts,
        count(*) FILTER (WHERE is_last AND (to_stage, to_amount, to_close_date, to_probability, to_owner_user_id)
          IS DISTINCT FROM (stage, amount, close_date, probability, owner_user_id)) AS wrong_ends,
        count(*) FILTER (WHERE next_at < changed_at) AS out_of_order,
        count(*) FILTER (WHERE is_last AND stage IN ('Closed Won', 'Closed Lost')
          AND ((changed_at AT TIME ZONE 'UTC')::date <> close_date OR changed_at <> stage_changed_at)) AS wrong_closes
      FROM steps
      JOIN crm.opportunities ON opportunities.id = opportunity_id`);
    expect({ wrong_starts, wrong_ends, out_of_order, wrong_closes }).to.deep.equal({
      wrong_starts: 0,
      wrong_ends: 0,
      out_of_order: 0,
      wrong_closes: 0,
    });
  });

  it("writes the history that the triggers would have written", async () => {
    const client = await business.pool().connect();
    try {
      await client.query("BEGIN");
      await client.query(replayDeals);
      await client.query(replayCases);
      const { rows } = await client.query(`
        SELECT (SELECT count(*) FROM steps) AS steps, (SELECT count(*) FROM differences) AS differences,
          (SELECT count(*) FROM changes) AS changes, (SELECT count(*) FROM case_differences) AS case_differences`);
      expect(rows[0]).to.include({ differences: "0", case_differences: "0" });
      expect(Number(rows[0].steps)).to.be.greaterThan(25_000);
      expect(Number(rows[0].changes)).to.be.greaterThan(8_000);
    } finally {
      await client.query("ROLLBACK");
      client.release();
    }
  });

  it("has deals that slip over a quarter's end, and deals that come back", async () => {
    const { slipped, reopened, turned } = await business.figures(`
      SELECT
        count(DISTINCT opportunity_id) FILTER (
          WHERE date_trunc('quarter', to_close_date::timestamp) > date_trunc('quarter', from_close_date::timestamp)) AS slipped,
        count(DISTINCT opportunity_id) FILTER (
          WHERE from_stage IN ('Closed Won', 'Closed Lost') AND to_stage = 'Proposal/Price Quote') AS reopened,
        count(DISTINCT opportunity_id) FILTER (WHERE to_stage = 'Closed Won' AND opportunity_id IN (
          SELECT opportunity_id FROM crm.opportunity_history WHERE to_stage = 'Closed Lost')) AS turned
      FROM crm.opportunity_history`);
    expect(slipped).to.be.within(500, 2_500);
    expect(reopened).to.be.within(100, 300);
    expect(turned).to.be.greaterThan(10);
  });

  it("ends its quarters busier than it begins them, and rests in August", async () => {
    const { last_weeks, first_weeks, august, september } = await business.figures<
      "last_weeks" | "first_weeks" | "august" | "september"
    >(`
      SELECT
        count(*) FILTER (WHERE extract(month FROM close_date)::integer % 3 = 0 AND extract(day FROM close_date) > 16) AS last_weeks,
        count(*) FILTER (WHERE extract(month FROM close_date)::integer % 3 = 1 AND extract(day FROM close_date) <= 14) AS first_weeks,
        count(*) FILTER (WHERE extract(month FROM close_date) = 8) AS august,
        count(*) FILTER (WHERE extract(month FROM close_date) = 9) AS september
      FROM crm.opportunities WHERE stage = 'Closed Won'`);
    expect(last_weeks).to.be.greaterThan(1.5 * first_weeks);
    expect(august).to.be.lessThan(0.7 * september);
  });

  it("has a pipeline over all stages, most of it due in this quarter and the next", async () => {
    const { stages, total, soon, overdue } = await business.figures<
      "stages" | "total" | "soon" | "overdue"
    >(`
      SELECT
        count(DISTINCT stage) AS stages, count(*) AS total,
        count(*) FILTER (WHERE close_date BETWEEN '${business.today}' AND '2027-03-31') AS soon,
        count(*) FILTER (WHERE close_date < '${business.today}') AS overdue
      FROM crm.opportunities WHERE stage NOT IN ('Closed Won', 'Closed Lost')`);
    expect(stages).to.equal(6);
    expect(total).to.be.within(250, 700);
    expect(soon / total).to.be.greaterThan(0.75);
    expect(overdue / total).to.be.within(0.02, 0.2);
  });

  it("accepts quotes that add up to the deal they won", async () => {
    const { won, agree } = await business.figures(`
      WITH accepted AS (
        SELECT opportunity_id, sum(line_amount) AS amount
        FROM crm.quotes JOIN crm.quote_line_items ON quote_id = quotes.id
        WHERE status = 'Accepted' GROUP BY quotes.id
      )
      SELECT count(*) AS won, count(*) FILTER (WHERE accepted.amount = opportunities.amount) AS agree
      FROM crm.opportunities LEFT JOIN accepted ON opportunity_id = opportunities.id
      WHERE stage = 'Closed Won'`);
    expect(agree).to.equal(won);
  });
}
