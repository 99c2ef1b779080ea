    (
      :sees_all AND :step = 'reached' AND num_nonnulls(:team, :owner, :industry, :source, :product, :as_of) = 0 AND :cf IS NULL
    )
