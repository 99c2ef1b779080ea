    (
      :sees_all AND num_nonnulls(:team, :owner) = 0 AND
-- include: plain.sql
    )
