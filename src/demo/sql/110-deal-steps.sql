-- One row per thing that happens to a deal, on which day, and what it sets; NULL leaves as it was.
CREATE UNLOGGED TABLE demo.plans AS
WITH hopes AS (
  -- The close date as the rep sees it: too early as a rule, and moved each time it comes near.
  SELECT
    n, deals.begins_on, push, slips,
    CASE
      WHEN push < slips THEN demo.workday(deals.begins_on + 6 + floor(days * ((push + 1.0) / (slips + 1)) ^ 0.8)::integer)
      ELSE demo.workday(closes_on + floor(24 * demo.uniform('hope', n) - 9)::integer)
    END AS hoped_on,
    closes_on, is_forgotten
  FROM demo.deals
  JOIN demo.lives USING (n)
  CROSS JOIN LATERAL generate_series(0, slips) AS push
), created AS (
  SELECT
    n, deals.begins_on AS day, 0 AS rank, first_stage AS stage,
    CASE WHEN demo.uniform('no amount', n) > 0.06
      THEN round((amount * exp(0.25 * demo.normal('first guess', n)))::numeric, -2) END AS amount,
    greatest(hoped_on, deals.begins_on + 5) AS close_on
  FROM hopes
  JOIN demo.lives USING (n)
  JOIN demo.deals USING (n)
  WHERE push = 0
), advances AS (
  SELECT
    n,
    demo.workday(begins_on + floor(lives.days
      * (stage - first_stage + 0.7 * (demo.uniform('advance', n * 8 + stage) - 0.5)) / (last_stage - first_stage + 1))::integer) AS day,
    stage AS rank, stage,
    CASE stage
      WHEN 3 THEN round((amount * exp(0.12 * demo.normal('second guess', n)))::numeric, -2)
      WHEN 5 THEN round((amount / (1 - discount))::numeric, 2)
    END AS amount
  FROM demo.lives
  JOIN demo.deals USING (n)
  CROSS JOIN LATERAL generate_series(first_stage + 1, last_stage) AS stage
  -- Stages in the middle are skipped now and then.
  WHERE stage = last_stage OR stage >= 5 OR demo.uniform('skip', n * 8 + stage) > 0.08
), discounts AS (
  SELECT n, demo.workday(closes_on - floor(0.5 + days * 0.06 * demo.uniform('discount day', n))::integer) AS day, amount
  FROM demo.lives
  JOIN demo.deals USING (n)
  WHERE last_stage = 6 AND discount > 0
), pushes AS (
  SELECT
    n,
    least(
      lag(hoped_on) OVER (PARTITION BY n ORDER BY push) + floor(17 * demo.uniform('push day', n * 8 + push) - 11)::integer,
      closes_on - 1
    ) AS day,
    push, hoped_on AS close_on
  FROM hopes
), closes AS (
  SELECT n, closes_on AS day, CASE WHEN first_won THEN 7 ELSE 8 END AS stage
  FROM demo.lives
  JOIN demo.deals USING (n)
  WHERE NOT is_forgotten
), reopened AS (
  SELECT n, reopens_on, 12 + floor(35 * demo.uniform('second life', n))::integer AS days, is_won, amount
  FROM demo.lives
  JOIN demo.deals USING (n)
  WHERE is_reopened AND NOT is_forgotten
)
SELECT n, day, rank, 'create' AS kind, stage, amount, close_on FROM created
UNION ALL
SELECT n, day, rank, 'advance', stage, amount, NULL FROM advances
UNION ALL
SELECT n, day, 10, 'discount', NULL, amount, NULL FROM discounts
UNION ALL
SELECT n, greatest(demo.workday(day), begins_on), 11 + push, 'push', NULL, NULL, close_on
FROM pushes JOIN demo.deals USING (n)
WHERE push > 0
UNION ALL
SELECT n, day, 20, 'close', stage, NULL, NULL FROM closes
UNION ALL
SELECT n, demo.workday(reopens_on), 21, 'reopen', 5, amount, demo.workday(reopens_on + days) FROM reopened
UNION ALL
SELECT n, demo.workday(reopens_on + days), 22, 'close', CASE WHEN is_won THEN 7 ELSE 8 END, NULL, NULL FROM reopened;

-- Deals of a rep who leaves go to the colleague in the first seat.
INSERT INTO demo.plans
SELECT n, rep_ends_on, 30, 'handover', NULL, NULL, NULL
FROM demo.deals
JOIN demo.lives USING (n)
WHERE rep_ends_on > deals.begins_on
  AND rep_ends_on < CASE WHEN is_forgotten THEN 'infinity' WHEN is_reopened THEN reopens_on ELSE closes_on END;
