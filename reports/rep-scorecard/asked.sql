    -- Of everybody, days lead to the rows; of some, their owners do.
    AND CASE
      WHEN cardinality(:owner) = 0 THEN owner_user_id <> '00000000-0000-0000-0000-000000000000'
      ELSE owner_user_id = ANY (ARRAY(SELECT user_id FROM asked_people))
    END
