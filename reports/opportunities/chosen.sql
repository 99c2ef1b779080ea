    AND CASE :deals
      WHEN 'due' THEN close_on BETWEEN :period_from AND :period_to OR (close_on IS NULL AND :period_days IS NULL)
      WHEN 'closed' THEN status <> 'open' AND close_on BETWEEN :period_from AND :period_through
      WHEN 'won' THEN status = 'won' AND close_on BETWEEN :period_from AND :period_through
      WHEN 'lost' THEN status = 'lost' AND close_on BETWEEN :period_from AND :period_through
      WHEN 'ahead' THEN status = 'won' AND close_on > :period_through AND close_on <= :period_to
      WHEN 'open' THEN status = 'open'
        AND (close_on BETWEEN greatest(:period_from, :today) AND :period_to
          OR (close_on IS NULL AND :period_days IS NULL))
      WHEN 'overdue' THEN status = 'open' AND close_on < :today
      WHEN 'undated' THEN status = 'open' AND close_on IS NULL
      -- By what only a deal itself has.
      ELSE :deals IN ('created', 'forecast')
    END
