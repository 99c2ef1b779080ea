    AND NOT (:sees_all AND num_nonnulls(:team, :owner) = 0) AND :q IS NULL
    AND (:type IS NULL OR activity_type = ANY (:type))
    AND (num_nonnulls(:team, :owner) = 0 OR owner_user_id = ANY (ARRAY(SELECT user_id FROM owners)))
