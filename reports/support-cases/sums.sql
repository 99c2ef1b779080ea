    (:sees_all AND num_nonnulls(:team, :owner) = 0 AND :cf IS NULL)
