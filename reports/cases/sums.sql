    (:sees_all AND :cases = 'created' AND num_nonnulls(:team, :owner, :status) = 0 AND :cf IS NULL)
