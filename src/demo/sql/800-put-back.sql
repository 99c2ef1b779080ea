-- Indexes, then foreign keys, then those to the activities.
DO $$
DECLARE
  item record;
BEGIN
  FOR item IN SELECT rank, put_back, describe FROM demo.set_aside ORDER BY rank, oid LOOP
    -- A partition of a junction meets one partition of the activities only: looked up row by row the planner's
    -- Append skips the others, joined by hash or merge it reads them all, for each partition again.
    PERFORM
      set_config('enable_hashjoin', (item.rank < 3)::text, true),
      set_config('enable_mergejoin', (item.rank < 3)::text, true);
    EXECUTE item.put_back;
    EXECUTE item.describe;
  END LOOP;
END
$$;
