/**
 * The history of all deals once more, this time by the triggers: each deal is inserted under another key as it was at
 * first, and then updated step by step. Rows that come back differ from what the demo wrote. `changed_at` counts
 * where the stage changed; elsewhere the trigger knows only the time of the update.
 */
export const replayDeals = `
  CREATE TEMP TABLE steps AS
  SELECT
    history.*, md5('again ' || opportunity_id)::uuid AS again_id,
    row_number() OVER (PARTITION BY opportunity_id ORDER BY id) AS step
  FROM crm.opportunity_history AS history;
  CREATE INDEX ON steps (step);
  ANALYZE steps;

  INSERT INTO crm.opportunities (
    id, name, company_id, stage, stage_changed_at, amount, close_date, probability, owner_user_id
  )
  SELECT
    again_id, name, company_id, to_stage, changed_at, to_amount, to_close_date, to_probability, to_owner_user_id
  FROM steps
  JOIN crm.opportunities ON opportunities.id = opportunity_id
  WHERE step = 1
  ORDER BY steps.id;

  DO $$
  BEGIN
    FOR k IN 2 .. (SELECT max(step) FROM steps) LOOP
      UPDATE crm.opportunities
      SET stage = to_stage, amount = to_amount, close_date = to_close_date, probability = to_probability,
        owner_user_id = to_owner_user_id,
        stage_changed_at = CASE WHEN to_stage <> from_stage THEN changed_at ELSE stage_changed_at END
      FROM steps
      WHERE again_id = opportunities.id AND step = k;
    END LOOP;
  END
  $$;

  CREATE TEMP TABLE differences AS
  WITH again AS (
    SELECT again.*, row_number() OVER (PARTITION BY opportunity_id ORDER BY id) AS step
    FROM crm.opportunity_history AS again
    WHERE opportunity_id IN (SELECT again_id FROM steps)
  )
  SELECT steps.opportunity_id, steps.step
  FROM steps
  FULL JOIN again ON again.opportunity_id = again_id AND again.step = steps.step
  WHERE (steps.from_stage, steps.to_stage, steps.from_amount, steps.to_amount, steps.from_close_date, steps.to_close_date,
      steps.from_probability, steps.to_probability, steps.from_owner_user_id, steps.to_owner_user_id,
      CASE WHEN steps.from_stage IS DISTINCT FROM steps.to_stage THEN steps.changed_at END)
    IS DISTINCT FROM
    (again.from_stage, again.to_stage, again.from_amount, again.to_amount, again.from_close_date, again.to_close_date,
      again.from_probability, again.to_probability, again.from_owner_user_id, again.to_owner_user_id,
      CASE WHEN again.from_stage IS DISTINCT FROM again.to_stage THEN again.changed_at END);

  -- And the deal itself must have come to stand where the demo left it.
  INSERT INTO differences
  SELECT opportunities.id, NULL
  FROM crm.opportunities
  JOIN crm.opportunities AS again ON again.id = md5('again ' || opportunities.id)::uuid
  WHERE (opportunities.stage, opportunities.stage_changed_at, opportunities.amount, opportunities.close_date,
      opportunities.probability, opportunities.owner_user_id)
    IS DISTINCT FROM
    (again.stage, again.stage_changed_at, again.amount, again.close_date, again.probability, again.owner_user_id);`;

/** The same for cases and their changes of status. */
export const replayCases = `
  CREATE TEMP TABLE changes AS
  SELECT
    events.*, md5('again ' || case_id)::uuid AS again_id,
    row_number() OVER (PARTITION BY case_id ORDER BY id) AS step
  FROM crm.case_events AS events
  WHERE event_type = 'Status Change';

  INSERT INTO crm.cases (id, status, status_changed_at, subject)
  SELECT again_id, to_status, happened_at, 'again' FROM changes WHERE step = 1;

  DO $$
  BEGIN
    FOR k IN 2 .. (SELECT max(step) FROM changes) LOOP
      UPDATE crm.cases
      SET status = to_status, status_changed_at = happened_at
      FROM changes
      WHERE again_id = cases.id AND step = k;
    END LOOP;
  END
  $$;

  CREATE TEMP TABLE case_differences AS
  WITH again AS (
    SELECT again.*, row_number() OVER (PARTITION BY case_id ORDER BY id) AS step
    FROM crm.case_events AS again
    WHERE case_id IN (SELECT again_id FROM changes)
  )
  SELECT changes.case_id
  FROM changes
  FULL JOIN again ON again.case_id = again_id AND again.step = changes.step
  WHERE (changes.from_status, changes.to_status, changes.happened_at)
    IS DISTINCT FROM (again.from_status, again.to_status, again.happened_at)
  UNION ALL
  SELECT cases.id
  FROM crm.cases
  JOIN crm.cases AS again ON again.id = md5('again ' || cases.id)::uuid
  WHERE (cases.status, cases.status_changed_at) IS DISTINCT FROM (again.status, again.status_changed_at);`;
