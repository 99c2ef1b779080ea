    CASE :cohort WHEN 'created' THEN created_on ELSE reached_on END
