    AND week_on BETWEEN date_trunc('week', (:period_from + 6)::timestamp)::date AND :period_through
    AND week_on <= (SELECT through_on FROM whole)
