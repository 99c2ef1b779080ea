      date_trunc('month', least(:period_through, :today - 1) + interval '1 day')::date
