-- The rep with the people of their team, as far as whoever asks sees their rows; everybody while no rep is chosen.
asked_people AS (
  SELECT user_id
  FROM reporting.users
  WHERE cardinality(:owner) = 0
    OR user_id = ANY (:owner)
    OR team_id = (SELECT team_id FROM reporting.users WHERE user_id = ANY (:owner))
  UNION ALL
  SELECT unnest(:owner)
),
