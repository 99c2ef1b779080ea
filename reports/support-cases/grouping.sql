    grouping(priority, owner_user_id, industry) AS level,
    coalesce(priority, owner_user_id::text, industry, 'all') AS name,
