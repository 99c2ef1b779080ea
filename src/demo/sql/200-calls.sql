-- Calls as planned: a deal has more of them the longer it lives, and one in eight has none.
CREATE UNLOGGED TABLE demo.calls AS
WITH spans AS (
  SELECT
    n, min(at) AS from_at,
    coalesce(max(at) FILTER (WHERE is_last AND stage IN ('Closed Won', 'Closed Lost')), until_at) AS to_at,
    bool_or(is_last AND stage IN ('Closed Won', 'Closed Lost')) AS is_closed
  FROM demo.states, demo.parameters
  GROUP BY n, until_at
), weighted AS (
  SELECT
    spans.*,
    least(extract(epoch FROM to_at - from_at) / 86400, 150)::double precision AS days,
    CASE WHEN demo.uniform('silent', n) < 0.125 THEN 0 ELSE
      (12 + least(extract(epoch FROM to_at - from_at) / 86400, 150)::double precision) ^ 0.8
      * exp(0.5 * demo.normal('talkative', n)) * CASE WHEN is_won THEN 1.15 ELSE 1 END
    END AS weight
  FROM spans
  JOIN demo.deals USING (n)
), shared AS (
  -- Sums of exact numbers do not depend on the order in which they are taken.
  SELECT weighted.*, sum(weight::numeric) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) / sum(weight::numeric) OVER () AS share
  FROM weighted
), counted AS (
  SELECT
    shared.*,
    round(conversations * share) - lag(round(conversations * share), 1, 0) OVER (ORDER BY n) AS calls
  FROM shared, demo.parameters
), numbered AS (
  SELECT counted.*, k, row_number() OVER (ORDER BY n, k) AS call_n
  FROM counted, generate_series(1, calls::integer) AS k
), dated AS (
  SELECT
    numbered.*, (k - demo.uniform('call day', call_n)) / calls AS part,
    -- Some customers call again after they have signed.
    is_closed AND demo.uniform('after close', call_n) < 0.03 AND to_at < until_at - interval '25 days' AS is_after_close
  FROM numbered, demo.parameters
), timed AS (
  SELECT
    dated.*,
    demo.office_time(
      demo.workday(CASE WHEN is_after_close
        THEN to_at::date + 3 + floor(20 * part)::integer
        ELSE begins_on + floor(days * part)::integer
      END),
      demo.uniform('call hour', call_n), zone) AS at
  FROM dated
  JOIN demo.deals USING (n)
)
SELECT
  call_n AS n, timed.n AS deal_n, part, is_after_close,
  CASE WHEN is_after_close THEN at
    ELSE greatest(least(at, to_at - interval '40 minutes'), from_at + interval '15 minutes')
  END AS at
FROM timed;
ALTER TABLE demo.calls ADD PRIMARY KEY (n);
ANALYZE demo.calls;
