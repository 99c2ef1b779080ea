      date_trunc('month', :period_from + interval '1 month' - interval '1 day')::date
