    SELECT
      date_trunc('month',
-- include: ../shared/stage-cohort.sql
      ::timestamp)::date AS month_on,
      stage,
      stage_position,
      stage_outcome,
      status,
      standing,
      advanced_on,
      entry_count,
      recorded_from_on > created_on AS is_unknown,
      CASE WHEN since_on IS NULL THEN finished_days END AS days,
      since_on
    FROM reporting.stage_funnel
    WHERE stage_outcome <> 'lost'
-- include: ../shared/stage-filters.sql
