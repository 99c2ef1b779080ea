CREATE FUNCTION demo.openings() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[
  'Thanks for making the time today.', 'We picked up where we left off last week.', 'Three people joined from their side.',
  'Their controller led most of the call.', 'The sponsor could not join, so we kept it short.',
  'They had read the proposal before the call.'] $$;
CREATE FUNCTION demo.topics() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[
  'They close the month by hand in spreadsheets and it takes nine days.', 'Two departments report different revenue for the same quarter.',
  'Security wants to know where the data is stored.', 'The integration with their warehouse is the deciding point.',
  'They asked how long the migration of old records takes.', 'Their forecast was wrong by a fifth last quarter.',
  'Regional managers want their own dashboards on a phone.', 'The audit found exports that were not complete.'] $$;
CREATE FUNCTION demo.doubts() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[
  'The price is above their budget for this year.', 'A competitor offered a free pilot.', 'Legal needs another round on the contract.',
  'They worry about training forty people before the holidays.', 'No objection this time.',
  'Procurement asks for a longer payment term.'] $$;
CREATE FUNCTION demo.next_steps() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[
  'Next step is a workshop with finance on Thursday.', 'We send references from the same industry.',
  'They come back after the board meeting.', 'We agreed on a pilot with twenty seats.', 'No next step was agreed.',
  'A quote with two options goes out tomorrow.'] $$;

INSERT INTO crm.conversations (
  call_id, title, rep_user_id, company_id, contact_id, opportunity_id, started_at, duration_seconds,
  participants, transcript, raw_response, source, created_at
)
WITH attended AS MATERIALIZED (
  SELECT
    calls.*, deals.id AS opportunity_id, company_id,
    CASE WHEN at::date > rep_ends_on THEN successor_id ELSE rep_id END AS rep_id,
    CASE WHEN demo.uniform('who', calls.n) < 0.7 THEN contact_id ELSE second_contact_id END AS contact_id,
    round(demo.clamp(1500 * exp(0.5 * demo.normal('duration', calls.n)), 90, 7200))::integer AS seconds
  FROM demo.calls
  JOIN demo.deals ON deals.n = deal_n
  JOIN demo.buyers ON buyers.n = deal_n
)
SELECT
  'demo-' || to_char(attended.n, 'FM00000000'),
  CASE
    WHEN is_after_close THEN 'Follow-up'
    WHEN part < 0.3 THEN 'Discovery call'
    WHEN part < 0.6 THEN 'Product walk-through'
    WHEN part < 0.85 THEN 'Proposal review'
    ELSE 'Contract questions'
  END,
  rep_id, attended.company_id, attended.contact_id, opportunity_id, at, seconds,
  jsonb_build_array(
    jsonb_build_object('role', 'rep', 'email', users.email),
    jsonb_build_object('role', 'customer', 'email', contacts.email)),
  -- One call in three was recorded, but never written down.
  CASE WHEN attended.n % 3 > 0 THEN concat_ws(' ',
    CASE WHEN attended.n % 2 = 0 THEN demo.pick('opening', attended.n, demo.openings()) END,
    demo.pick('topic', attended.n, demo.topics()),
    demo.pick('doubt', attended.n, demo.doubts()),
    demo.pick('next step', attended.n, demo.next_steps())) END,
  '{"engine": "listener", "language": "en", "complete": true}',
  'demo', at + seconds * interval '1 second'
FROM attended
JOIN crm.users ON users.id = rep_id
JOIN crm.contacts ON contacts.id = attended.contact_id;
