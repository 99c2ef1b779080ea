    AND signal_name = (SELECT signal_name FROM shown)
    AND close_on BETWEEN :period_from AND :period_through
    AND (:deals = 'closed' OR status = :deals)
    AND (:quartile IS NULL OR quartile IS NOT NULL AND :quartile IN ('any', 'Q' || quartile))
