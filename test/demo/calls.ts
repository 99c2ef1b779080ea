import { expect } from "chai";
import type { Business } from "./business.ts";
import { signalEvidence } from "./signal-evidence.ts";

/** What calls and their signals say. */
export function calls(business: Business) {
  it("keeps its calls within the life of the deal, but for a few after the close", async () => {
    const { early, after_close, strangers } = await business.figures(`
      SELECT
        count(*) FILTER (WHERE started_at < opportunities.created_at) AS early,
        avg((stage IN ('Closed Won', 'Closed Lost') AND started_at > stage_changed_at)::integer) AS after_close,
        count(*) FILTER (WHERE contacts.company_id <> opportunities.company_id
          OR conversations.company_id <> opportunities.company_id) AS strangers
      FROM crm.conversations
      JOIN crm.opportunities ON opportunities.id = opportunity_id
      JOIN crm.contacts ON contacts.id = contact_id`);
    expect({ early, strangers }).to.deep.equal({ early: 0, strangers: 0 });
    expect(after_close).to.be.within(0.005, 0.06);
  });

  it("has two signals that go with winning, one with a U-shape, and one that means nothing", async () => {
    const { rows } = await business.pool().query(signalEvidence);
    const evidence = Object.fromEntries(rows.map((row) => [row.signal_name, row]));
    for (const name of ["discovery_depth", "next_step_clarity"]) {
      const { rates, trend_p } = evidence[name];
      expect(rates, name).to.deep.equal([...rates].sort((a, b) => a - b));
      expect(rates[3] / rates[0], name).to.be.greaterThan(2);
      expect(trend_p, name).to.be.lessThan(1e-6);
    }
    const { rates, difference_p, trend_p } = evidence.price_talk;
    expect(Math.min(rates[0], rates[3])).to.be.greaterThan(Math.max(rates[1], rates[2]) + 0.05);
    expect(difference_p).to.be.lessThan(1e-4);
    expect(trend_p).to.be.greaterThan(0.1);
    expect(evidence.small_talk.difference_p).to.be.greaterThan(0.1);
    expect(evidence.small_talk.trend_p).to.be.greaterThan(0.1);
  });

  it("scores calls by who makes them, and better with the years", async () => {
    const { spread, growth } = await business.figures(`
      WITH scores AS (
        SELECT rep_user_id, started_at, signal_value AS score
        FROM crm.conversation_signals JOIN crm.conversations USING (call_id)
        WHERE signal_name = 'call_score' AND scoring_version = '1'
      ), reps AS (
        SELECT rep_user_id, avg(score) AS score, regr_slope(score, extract(epoch FROM started_at)) * 86400 * 365 AS growth
        FROM scores GROUP BY rep_user_id HAVING count(*) > 150
      )
      SELECT stddev(score) AS spread, avg(growth) AS growth FROM reps`);
    expect(spread).to.be.greaterThan(0.5);
    expect(growth).to.be.within(0.05, 1);
  });
}
