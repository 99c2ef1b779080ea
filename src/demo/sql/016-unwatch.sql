-- Millions of rows that no mart has yet need not be written down one by one: at the end, each table counts as changed as
-- a whole.
DO $$
DECLARE
  statement text;
BEGIN
  FOR statement IN
    SELECT format('ALTER TABLE ONLY %s DISABLE TRIGGER %I', tgrelid::regclass, tgname)
    FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid AND relnamespace = 'crm'::regnamespace
    WHERE tgname LIKE 'capture\_%' AND tgenabled = 'O'
  LOOP
    EXECUTE statement;
  END LOOP;
END
$$;
