    -- By the people of the team, whose rows an index finds; a condition on its name would be asked of every row.
    AND (:team IS NULL OR owner_user_id = ANY (ARRAY(
      SELECT user_id FROM reporting.users WHERE team_name = ANY (:team)
      UNION ALL
      SELECT '00000000-0000-0000-0000-000000000000' WHERE '(none)' = ANY (:team)
    )))
