-- Deals and the stages that they passed, of the period and of the one compared with, each with the month of its cohort. Who sees all, and
-- filters none, takes sums of whole months, and the deals of the days around these alone.
WITH spans AS (
  SELECT
    'now' AS span, :period_from AS from_on, :period_through AS through_on,
    -- A month that has come this far is whole, as long as nothing is in the rest of it.
    EXISTS (
      SELECT
      FROM reporting.stage_funnel
      WHERE
-- include: sums.sql
        AND
-- include: ../shared/stage-cohort.sql
        BETWEEN :period_through + 1 AND (date_trunc('month', :period_through::timestamp) + interval '1 month - 1 day')::date
        AND stage_outcome <> 'lost'
    ) AS is_cut
  UNION ALL
  SELECT
    'then', :compare_from, :compare_through,
    EXISTS (
      SELECT
      FROM reporting.stage_funnel
      WHERE
-- include: sums.sql
        AND
-- include: ../shared/stage-cohort.sql
        BETWEEN :compare_through + 1 AND (date_trunc('month', :compare_through::timestamp) + interval '1 month - 1 day')::date
        AND stage_outcome <> 'lost'
    )
  WHERE :compare_from IS NOT NULL
),
whole AS (
  SELECT
    span,
    from_on,
    through_on,
    date_trunc('month', from_on + interval '1 month' - interval '1 day')::date AS whole_from,
    (date_trunc('month', through_on::timestamp) + CASE WHEN is_cut THEN interval '0' ELSE interval '1 month' END)::date AS whole_until
  FROM spans
  WHERE
-- include: sums.sql
),
edges AS (
  SELECT span, from_on, least(whole_from - 1, through_on) AS through_on FROM whole
  UNION ALL
  SELECT span, greatest(whole_from, whole_until), through_on FROM whole
),
passed AS (
  SELECT edges.span, deals.*
  FROM edges
  CROSS JOIN LATERAL (
-- include: deals.sql
      AND
-- include: ../shared/stage-cohort.sql
        BETWEEN edges.from_on AND edges.through_on
    OFFSET 0
  ) AS deals
  WHERE edges.from_on <= edges.through_on
  UNION ALL
  SELECT 'now', deals.*
  FROM (
-- include: deals.sql
      AND
-- include: ../shared/stage-cohort.sql
        BETWEEN :period_from AND :period_through
      AND NOT
-- include: sums.sql
  ) AS deals
  UNION ALL
  SELECT 'then', deals.*
  FROM (
-- include: deals.sql
      AND
-- include: ../shared/stage-cohort.sql
        BETWEEN :compare_from AND :compare_through
      AND NOT
-- include: sums.sql
  ) AS deals
)
