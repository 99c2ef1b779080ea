    (:takes_sums AND num_nonnulls(:industry, :source, :cf) = 0)
