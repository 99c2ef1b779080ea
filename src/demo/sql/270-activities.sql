CREATE FUNCTION demo.remarks() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[
  'Sent the summary and the open questions.', 'Left a message with the assistant.', 'They confirmed the budget for next quarter.',
  'Shared two customer stories from their industry.', 'Asked for the list of required integrations.',
  'Agreed on the order of topics for the workshop.', 'No answer yet, try again on Thursday.',
  'Sent the revised quote with both options.', 'Went through the security questionnaire.'] $$;
CREATE FUNCTION demo.addenda() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[
  'The new controller is sceptical.', 'The sponsor moves to another department.', 'Legal is on holiday.', 'Good mood throughout.',
  'They compare us with Nimbus.', 'The pilot goes well.', ''] $$;

SELECT crm.ensure_activity_partitions((min(at) AT TIME ZONE 'UTC')::date, (max(at) AT TIME ZONE 'UTC')::date + 90)
FROM demo.doings;

INSERT INTO crm.activities (
  id, activity_type, subject, notes, activity_date, completed_at, owner_user_id, created_by_user_id, source, external_id, created_at
)
WITH planned AS MATERIALIZED (
  -- Tasks and meetings lie ahead when they are written down; some tasks are never done.
  SELECT
    doings.*,
    CASE WHEN activity_type IN ('Task', 'Meeting')
      THEN at + interval '1 day' * (1 + floor(9 * demo.uniform('ahead', n)))
      ELSE at
    END AS due_at
  FROM demo.doings
)
SELECT
  id, activity_type,
  activity_type || ': ' || demo.pick('activity subject', n, ARRAY[
    'pricing', 'next steps', 'pilot', 'contract', 'introduction', 'technical questions', 'renewal', 'references']),
  CASE WHEN demo.uniform('has notes', n) < 0.5
    THEN concat_ws(' ', demo.pick('remark', n, demo.remarks()), nullif(demo.pick('addendum', n, demo.addenda()), '')) END,
  due_at,
  CASE WHEN due_at < until_at AND NOT (activity_type = 'Task' AND demo.uniform('undone', n) < 0.08) THEN due_at END,
  owner_id, owner_id, 'demo', 'activity-' || n, at
FROM planned, demo.parameters;
