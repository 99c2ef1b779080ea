-- When each deal would close, today being no limit yet.
CREATE UNLOGGED TABLE demo.lives AS
-- Materialized, or each step would work out the ones before it several times over.
WITH wished AS MATERIALIZED (
  SELECT
    n, begins_on, is_won,
    demo.workday(begins_on + demo.clamp(
      (ARRAY[27, 46, 76])[1 + segment] * exp(0.38 * demo.normal('cycle', n)) * (1 + 0.16 * slips),
      8, 210)::integer) AS closes_on
  FROM demo.deals
), driven AS MATERIALIZED (
  -- Whoever can sign this quarter does so in its last days.
  SELECT
    n, begins_on, closes_on,
    CASE
      WHEN demo.quarter_end(closes_on) - closes_on <= 40
        AND demo.uniform('quarter end', n) < CASE WHEN is_won THEN 0.5 ELSE 0.2 END
      THEN demo.workday(demo.quarter_end(closes_on) - floor(11 * demo.uniform('last days', n) ^ 2)::integer)
      ELSE closes_on
    END AS driven_on
  FROM wished
), seasonal AS MATERIALIZED (
  -- Nobody signs between the years, and few do in August.
  SELECT
    n, begins_on,
    CASE
      WHEN to_char(driven_on, 'MMDD') < '1224' AND (extract(month FROM driven_on) <> 8 OR demo.uniform('august', n) > 0.45)
        THEN driven_on
      WHEN extract(month FROM driven_on) = 8 THEN driven_on + 28
      WHEN begins_on < closes_on - 21 THEN demo.workday(date_trunc('year', driven_on::timestamp)::date + 351 + floor(6 * demo.uniform('december', n))::integer)
      ELSE driven_on + 18
    END AS closes_on
  FROM driven
)
SELECT
  seasonal.n, demo.workday(closes_on) AS closes_on, demo.workday(closes_on) - seasonal.begins_on AS days,
  -- A deal of ours that came from a lead was qualified as one.
  CASE WHEN from_lead OR demo.uniform('first stage', seasonal.n) < 0.2 THEN 2 ELSE 1 END AS first_stage,
  CASE
    WHEN is_forgotten THEN 2 + floor(2 * demo.uniform('last stage', seasonal.n))::integer
    -- A deal that comes back had gone all the way.
    WHEN is_won OR is_reopened THEN 6
    ELSE demo.weighted('last stage', seasonal.n, ARRAY['2', '3', '4', '5', '6'], ARRAY[0.22, 0.48, 0.68, 0.87])::integer
  END AS last_stage,
  -- What comes off between the offer and the signature.
  (ARRAY[0, 0, 0.05, 0.1, 0.15])[1 + floor(5 * demo.uniform('discount', seasonal.n))::integer] AS discount,
  -- A reopened deal was closed the other way first, most of the time.
  CASE WHEN is_reopened AND demo.uniform('turned', seasonal.n) < 0.7 THEN NOT is_won ELSE is_won END AS first_won,
  demo.workday(closes_on) + 7 + floor(50 * demo.uniform('reopens', seasonal.n))::integer AS reopens_on
FROM seasonal
JOIN demo.deals USING (n);
ANALYZE demo.lives;
