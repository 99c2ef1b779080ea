-- include: sums.sql
    AND cohort = :cohort
    AND stage = :from_stage
    AND month_on BETWEEN :period_from AND :period_through
    AND month_on >= (SELECT from_on FROM whole)
    AND month_on < (SELECT until_on FROM whole)
