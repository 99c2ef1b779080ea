    CASE
      WHEN days_to_convert < 0 THEN 'before_creation'
      WHEN converted_within_30_days THEN 'within_30_days'
      WHEN converted_within_60_days THEN 'within_60_days'
      WHEN converted_within_90_days THEN 'within_90_days'
      WHEN is_converted THEN 'later'
      WHEN status = 'Unqualified' THEN 'unqualified'
      ELSE 'open'
    END AS outcome
