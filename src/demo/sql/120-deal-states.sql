-- The state of each deal after each step up to now. STRICT makes the aggregate skip NULL: what a step does not set stays.
CREATE FUNCTION demo.later(before anyelement, after anyelement) RETURNS anyelement
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$ BEGIN RETURN after; END $$;
CREATE AGGREGATE demo.latest(anyelement) (sfunc = demo.later, stype = anyelement);

CREATE UNLOGGED TABLE demo.states AS
WITH timed AS (
  -- The hour follows the order within the day, so that no two steps of a deal are at odds.
  SELECT
    plans.*,
    demo.office_time(day,
      (row_number() OVER same_day - demo.uniform('hour', n * 32 + rank)) / count(*) OVER (PARTITION BY n, day),
      zone) AS at
  FROM demo.plans
  JOIN demo.deals USING (n)
  WINDOW same_day AS (PARTITION BY n, day ORDER BY rank)
), happened AS (
  SELECT
    timed.n, at, rank, kind, timed.stage, timed.amount,
    CASE kind WHEN 'close' THEN (at AT TIME ZONE parameters.zone)::date ELSE close_on END AS close_on,
    CASE kind WHEN 'create' THEN rep_id WHEN 'handover' THEN successor_id END AS owner_id
  FROM timed
  JOIN demo.deals USING (n)
  CROSS JOIN demo.parameters
  WHERE at < until_at
), carried AS (
  SELECT
    n, at, rank, kind,
    demo.latest(stage) OVER so_far AS stage,
    demo.latest(amount) OVER so_far AS amount,
    demo.latest(close_on) OVER so_far AS close_on,
    demo.latest(owner_id) OVER so_far AS owner_id
  FROM happened
  WINDOW so_far AS (PARTITION BY n ORDER BY at, rank)
)
SELECT
  carried.n, at, kind, stages.stage, amount, close_on, owner_id,
  -- One deal in eight leaves the probability to its stage.
  CASE
    WHEN demo.uniform('no probability', carried.n) < 0.125 THEN NULL
    WHEN stages.outcome <> 'open' THEN default_probability
    ELSE round((default_probability + 0.1 * (demo.uniform('probability', carried.n) - 0.5))::numeric, 2)
  END AS probability,
  row_number() OVER (PARTITION BY carried.n ORDER BY at, rank) AS step,
  row_number() OVER (PARTITION BY carried.n ORDER BY at DESC, rank DESC) = 1 AS is_last
FROM carried
JOIN crm.opportunity_stages AS stages ON stages.position = carried.stage;
ANALYZE demo.states;
