  -- The quota that falls to the days of the period up to `day_on`, spread evenly over the days of each quota.
  SELECT round(sum(amount * greatest(0, least(day_on, part_to) - part_from + 1) / (part_to - part_from + 1)), 4) AS quota_amount
  FROM quota_lines
