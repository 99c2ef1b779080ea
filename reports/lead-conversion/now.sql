-- include: leads.sql
    AND created_on BETWEEN :period_from AND :period_through
