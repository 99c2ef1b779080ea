import { expect } from "chai";
import type { Business } from "./business.ts";

/** What people do: reps, prospects, agents. */
export function people(business: Business) {
  it("wins between a fifth and under a half, the skilled more than the others", async () => {
    const { rate, lowest, highest } = await business.figures(`
      WITH reps AS (
        SELECT owner_user_id, avg((stage = 'Closed Won')::integer) AS rate, count(*) AS n
        FROM crm.opportunities WHERE stage IN ('Closed Won', 'Closed Lost')
        GROUP BY owner_user_id
      )
      SELECT sum(rate * n) / sum(n) AS rate, min(rate) FILTER (WHERE n > 50) AS lowest, max(rate) FILTER (WHERE n > 50) AS highest
      FROM reps`);
    expect(rate).to.be.within(0.28, 0.4);
    expect(lowest).to.be.lessThan(0.25);
    expect(highest).to.be.greaterThan(0.42);
  });

  it("sets quotas that teams can reach and single reps miss or beat", async () => {
    const { lowest, highest, far_below, far_above } = await business.figures(`
      WITH periods AS (
        SELECT * FROM crm.fiscal_periods WHERE kind = 'quarter' AND ends_on < '${business.today}'
      ), reps AS (
        SELECT users.team_id, periods.id, quotas.amount AS quota, coalesce(sum(opportunities.amount), 0) AS won
        FROM crm.quotas
        JOIN periods ON periods.id = fiscal_period_id
        JOIN crm.users ON users.id = quotas.owner_user_id
        LEFT JOIN crm.opportunities
          ON opportunities.owner_user_id = users.id AND stage = 'Closed Won' AND opportunities.currency = 'USD'
          AND close_date BETWEEN periods.starts_on AND periods.ends_on
        GROUP BY users.team_id, periods.id, quotas.id
      ), teams AS (
        SELECT sum(won) / sum(quota) AS attainment FROM reps GROUP BY team_id, id
      )
      SELECT
        (SELECT min(attainment) FROM teams) AS lowest, (SELECT max(attainment) FROM teams) AS highest,
        count(*) FILTER (WHERE won < 0.5 * quota) AS far_below, count(*) FILTER (WHERE won > 1.5 * quota) AS far_above
      FROM reps`);
    expect(lowest).to.be.within(0.7, 0.95);
    expect(highest).to.be.within(1, 1.2);
    expect(far_below).to.be.greaterThan(40);
    expect(far_above).to.be.greaterThan(40);
    expect(
      await business.count(
        `crm.quotas JOIN crm.fiscal_periods AS p ON p.id = fiscal_period_id WHERE starts_on > '${business.today}'`,
      ),
    ).to.be.greaterThan(30);
  });

  it("converts leads as the core would, in one to ninety days, most sources known", async () => {
    const { converted, linked, within_30, within_90, sources } = await business.figures<
      "converted" | "linked" | "within_30" | "within_90" | "sources"
    >(`
      SELECT
        count(*) AS converted,
        count(*) FILTER (WHERE contacts.created_at = converted_at AND opportunities.created_at = converted_at
          AND history.to_stage = 'Qualification' AND history.to_owner_user_id = leads.owner_user_id
          AND opportunities.lead_source IS NOT DISTINCT FROM leads.lead_source AND contacts.company_id = opportunities.company_id
          AND contacts.email = leads.email AND is_primary) AS linked,
        count(*) FILTER (WHERE converted_at - leads.created_at <= interval '30 days') AS within_30,
        count(*) FILTER (WHERE converted_at - leads.created_at BETWEEN '0' AND interval '90 days') AS within_90,
        (SELECT count(DISTINCT lead_source) FROM crm.leads WHERE lead_source IN ('', 'unknown', 'Web', 'Referral')) AS sources
      FROM crm.leads
      LEFT JOIN crm.contacts ON contacts.converted_from_lead_id = leads.id
      LEFT JOIN crm.opportunities ON opportunities.converted_from_lead_id = leads.id
      LEFT JOIN crm.opportunity_contacts AS roles ON roles.opportunity_id = opportunities.id AND roles.contact_id = contacts.id
      LEFT JOIN crm.opportunity_history AS history ON history.opportunity_id = opportunities.id AND from_stage IS NULL
      WHERE status = 'Converted'`);
    expect(converted).to.be.within(800, 1_200);
    expect(linked).to.equal(converted);
    expect(within_30 / converted).to.be.within(0.5, 0.85);
    expect(within_90 / converted).to.be.greaterThan(0.9);
    expect(sources).to.equal(4);
  });

  it("answers cases faster the more urgent they are, and some again", async () => {
    const { urgent, low, reopened, unanswered } = await business.figures<
      "urgent" | "low" | "reopened" | "unanswered"
    >(`
      WITH answered AS (
        SELECT priority,
          (SELECT min(happened_at) FROM crm.case_events WHERE case_id = cases.id AND event_type = 'Public Reply') - created_at AS wait,
          EXISTS (SELECT FROM crm.case_events WHERE case_id = cases.id AND from_status = 'Resolved' AND to_status = 'Open') AS reopened
        FROM crm.cases
      )
      SELECT
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM wait)) FILTER (WHERE priority = 'Urgent') AS urgent,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM wait)) FILTER (WHERE priority = 'Low') AS low,
        count(*) FILTER (WHERE reopened) AS reopened, count(*) FILTER (WHERE wait IS NULL) AS unanswered
      FROM answered`);
    expect(low).to.be.greaterThan(5 * urgent);
    expect(reopened).to.be.within(120, 280);
    expect(unanswered).to.be.within(10, 80);
  });
}
