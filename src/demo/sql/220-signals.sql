-- Five signals a call. Depth of discovery and clarity of the next step show how good the deal is; the share of
-- talk about price is low or high in won deals, a U; small talk means nothing; the score follows the rep, and grows with the years.
INSERT INTO crm.conversation_signals (
  call_id, signal_name, scoring_version, signal_value, confidence, scored_at, source, created_at
)
WITH heard AS (
  SELECT
    calls.n, deal_n, at, quality, price, skill, is_after_close,
    tenure + extract(epoch FROM at - (begins_on::timestamp AT TIME ZONE 'UTC'))::double precision / (365 * 86400) AS years
  FROM demo.calls
  JOIN demo.deals ON deals.n = deal_n
), versions AS (
  SELECT heard.*, scoring_version, at + CASE scoring_version WHEN 1 THEN interval '90 minutes' ELSE interval '40 days' END AS scored_at
  FROM heard
  CROSS JOIN demo.parameters
  -- One call in thirty was scored again by a newer model, which sees things a little differently.
  CROSS JOIN LATERAL generate_series(1,
    CASE WHEN demo.uniform('rescored', n) < 0.033 AND at + interval '40 days' < until_at THEN 2 ELSE 1 END) AS scoring_version
), scored AS (
  SELECT
    versions.*, signal_name, ceiling,
    CASE signal_name
      WHEN 'call_score' THEN
        4.8 + 0.9 * skill + 0.7 * ln(1 + greatest(years, 0)) + 0.2 * quality + 0.8 * demo.normal('call score', n)
      -- After the close nobody discovers anything: such calls must not count.
      WHEN 'discovery_depth' THEN
        CASE WHEN is_after_close THEN 1.5 ELSE 5 + 1.4 * quality + 0.3 * skill END + 1.2 * demo.normal('discovery', n)
      WHEN 'next_step_clarity' THEN
        CASE WHEN is_after_close THEN 0.1 ELSE 0.55 + 0.13 * quality + 0.03 * skill END + 0.14 * demo.normal('next step', n)
      WHEN 'small_talk' THEN
        0.14 * exp(0.45 * demo.normal('small talk', deal_n) + 0.12 * demo.normal('small talk call', n))
      WHEN 'price_talk' THEN 0.3 + 0.08 * price + 0.04 * demo.normal('price talk', n)
    END AS signal_value
  FROM versions
  CROSS JOIN (VALUES
    ('call_score', 10), ('discovery_depth', 10), ('next_step_clarity', 1), ('small_talk', 1), ('price_talk', 1)
  ) AS signal (signal_name, ceiling)
)
SELECT
  'demo-' || to_char(n, 'FM00000000'), signal_name, scoring_version,
  round(demo.clamp(
    signal_value + CASE scoring_version WHEN 1 THEN 0 ELSE 0.02 * ceiling * demo.normal('scored again', n) END,
    0, ceiling)::numeric, CASE ceiling WHEN 10 THEN 1 ELSE 2 END),
  round((0.7 + 0.3 * demo.uniform('confidence', n * 2 + scoring_version))::numeric, 2),
  scored_at, 'demo', scored_at
FROM scored;
