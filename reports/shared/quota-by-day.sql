  -- The quota that falls to the days of the period up to `day_on`, spread evenly over the days of each quota.
  SELECT round(sum(amount * greatest(0, least(day_on, part_to) - part_from + 1) / (part_to - part_from + 1)), 4) AS quota_amount
  FROM (
    SELECT part_from, part_to, sum(amount) AS amount
    FROM quota_parts
    WHERE span = 'now' AND currency = :currency
    GROUP BY part_from, part_to
  ) AS parts
