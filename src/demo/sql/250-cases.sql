CREATE FUNCTION demo.complaints() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[
  'Export stops half way', 'Cannot sign in after the update', 'Numbers differ between two dashboards', 'Invoice shows the wrong address',
  'Import rejects dates from our system', 'Scheduled report did not arrive', 'Page loads slowly in the morning',
  'Question about user roles', 'Request for another data region', 'Chart colors are hard to tell apart'] $$;
CREATE FUNCTION demo.circumstances() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[
  'It started on Monday and affects the whole team.', 'Only one colleague sees this.', 'We tried another browser without success.',
  'It worked before the last release.', 'The deadline is the end of the month.', 'A screenshot is attached.',
  'This blocks our month-end closing.', 'No hurry, but we would like to understand it.'] $$;

-- As with deals: cases go in as they stand now, their events beside them.
ALTER TABLE crm.cases DISABLE TRIGGER record_new_cases;

INSERT INTO crm.cases (
  id, case_number, company_id, contact_id, owner_user_id, status, status_changed_at, priority, subject, description,
  custom_fields, source, external_id, created_at, updated_at
)
WITH ends AS (
  SELECT DISTINCT ON (n) n, to_status, at
  FROM demo.ticket_steps
  WHERE event = 'Status Change'
  ORDER BY n, rank DESC
)
SELECT
  tickets.id, 1000 + tickets.n, company_id, contacts.id, agent_id, to_status, ends.at, priority,
  demo.pick('complaint', tickets.n, demo.complaints()),
  demo.pick('complaint', tickets.n, demo.complaints()) || '. '
    || demo.pick('circumstance', tickets.n, demo.circumstances()) || ' '
    || demo.pick('second circumstance', tickets.n, demo.circumstances()),
  CASE WHEN tickets.n % 3 > 0
    THEN jsonb_build_object('channel', demo.weighted('channel', tickets.n, ARRAY['Email', 'Phone', 'Web'], ARRAY[0.5, 0.7])) ELSE '{}' END,
  'demo', 'case-' || tickets.n, tickets.at, ends.at
FROM demo.tickets
JOIN ends USING (n)
JOIN demo.contacts ON contacts.company_n = tickets.company_n AND contacts.seat = 1 + tickets.n % 3
ORDER BY tickets.n;

ALTER TABLE crm.cases ENABLE TRIGGER record_new_cases;
SELECT setval(pg_get_serial_sequence('crm.cases', 'case_number'), 1000 + cases) FROM demo.parameters;

INSERT INTO crm.case_events (case_id, event_type, happened_at, actor_user_id, from_status, to_status, body)
SELECT
  tickets.id, event::crm.case_event_type, steps.at,
  -- The customer opens a case, and opens it again.
  CASE WHEN rank NOT IN (1, 9) THEN agent_id END,
  from_status, to_status,
  CASE event
    WHEN 'Public Reply' THEN demo.pick('answer', steps.n * 16 + rank, ARRAY[
      'Thank you for the report, we are looking into it.', 'Could you tell us when this happened last?',
      'This is fixed in the release of today.', 'Please try again; the job has been started anew.'])
    WHEN 'Internal Note' THEN demo.pick('remark', steps.n, ARRAY[
      'Seen before, same cause as last month.', 'Asked engineering.', 'Customer is in renewal, be quick.'])
  END
FROM demo.ticket_steps AS steps
JOIN demo.tickets ON tickets.n = steps.n
ORDER BY steps.n, rank;
