    AND week_on BETWEEN date_trunc('week', :period_from::timestamp)::date AND :period_through
    AND week_on BETWEEN (SELECT from_on FROM whole) AND (SELECT through_on FROM whole)
