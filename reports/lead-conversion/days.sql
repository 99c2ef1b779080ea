  SELECT created_on, lead_source, outcome, lead_count
  FROM reporting.lead_days
  WHERE :sees_all
    AND num_nonnulls(:team, :owner, :industry, :cf) = 0
    AND (:source IS NULL OR lead_source = ANY (:source))
