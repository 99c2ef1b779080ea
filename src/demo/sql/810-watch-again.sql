DO $$
DECLARE
  statement text;
BEGIN
  FOR statement IN
    SELECT format('ALTER TABLE ONLY %s ENABLE TRIGGER %I', tgrelid::regclass, tgname)
    FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid AND relnamespace = 'crm'::regnamespace
    WHERE tgname LIKE 'capture\_%' AND tgenabled = 'D'
  LOOP
    EXECUTE statement;
  END LOOP;
END
$$;

INSERT INTO mart.resets (source)
SELECT source FROM mart.captured_tables WHERE log IS NOT NULL;
