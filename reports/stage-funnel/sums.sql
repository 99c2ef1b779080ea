    (:sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0 AND :cf IS NULL)
