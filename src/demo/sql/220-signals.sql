-- Five signals a call. Depth of discovery and clarity of the next step show how good the deal is; the share of talking
-- helps in the middle and hurts at both ends; small talk means nothing; the score follows the rep, and grows with the years.
CREATE TABLE demo.scores AS
WITH heard AS (
  SELECT
    calls.n, deal_n, at, quality, talk, skill, is_after_close,
    tenure + extract(epoch FROM at - (begins_on::timestamp AT TIME ZONE 'UTC')) / (365 * 86400)::double precision AS years
  FROM demo.calls
  JOIN demo.deals ON deals.n = deal_n
)
SELECT
  n, at, signal_name,
  round(CASE WHEN digits = 1 THEN demo.clamp(signal_value, 0, 10) ELSE demo.clamp(signal_value, 0, 1) END::numeric, digits) AS signal_value
FROM heard
CROSS JOIN LATERAL (VALUES
  ('call_score', 1, 4.8 + 0.9 * skill + 0.7 * ln(1 + greatest(years, 0)) + 0.2 * quality + 0.8 * demo.normal('call score', n)),
  -- After the close nobody discovers anything: such calls must not count.
  ('discovery_depth', 1, CASE WHEN is_after_close THEN 1.5 ELSE 5 + 1.4 * quality + 0.3 * skill END + 1.2 * demo.normal('discovery', n)),
  ('next_step_clarity', 2, CASE WHEN is_after_close THEN 0.1 ELSE 0.55 + 0.13 * quality + 0.03 * skill END + 0.14 * demo.normal('next step', n)),
  ('small_talk', 2, 0.14 * exp(0.45 * demo.normal('small talk', deal_n) + 0.12 * demo.normal('small talk call', n))),
  ('talk_ratio', 2, 0.46 + 0.1 * talk + 0.05 * demo.normal('talk ratio', n))
) AS signal (signal_name, digits, signal_value);

INSERT INTO crm.conversation_signals (
  call_id, signal_name, scoring_version, signal_value, confidence, scored_at, source, created_at
)
-- One call in thirty was scored again by a newer model, which sees things a little differently.
WITH versions AS (
  SELECT scores.*, '1' AS scoring_version, at + interval '90 minutes' AS scored_at, 0.0 AS change
  FROM demo.scores
  UNION ALL
  SELECT scores.*, '2', at + interval '40 days', round((0.03 * demo.normal('scored again', n))::numeric, 2)
  FROM demo.scores, demo.parameters
  WHERE demo.uniform('rescored', n) < 0.033 AND at + interval '40 days' < until_at
)
SELECT
  'demo-' || to_char(n, 'FM00000000'), signal_name, scoring_version,
  CASE WHEN change = 0 THEN signal_value ELSE greatest(least(signal_value + change, 10), 0) END,
  round((0.7 + 0.3 * demo.uniform('confidence ' || scoring_version, n))::numeric, 2),
  scored_at, 'demo', scored_at
FROM versions
ORDER BY n, signal_name, scoring_version;
