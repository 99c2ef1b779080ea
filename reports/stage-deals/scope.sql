-- Deals that came to the stage, those of the step asked for; as of a day, those that had come there by then.
WITH asked_stage AS (
  SELECT outcome FROM reporting.stages WHERE stage = :from_stage
),
scope AS NOT MATERIALIZED (
  SELECT
    opportunity_id,
    opportunity_name,
    company_name,
    industry,
    owner_user_id,
    owner_name,
    team_name,
    product_name,
    lead_source,
    stage,
    -- Of the stage itself: no index of the deals has it.
    (SELECT outcome FROM asked_stage) AS stage_outcome,
    status,
    currency,
    created_on,
    reached_on,
    entry_count,
    standing,
    standing IN ('here', 'back') AS is_undecided,
    CASE WHEN :as_of IS NULL THEN has_advanced ELSE advanced_on IS NOT NULL AND advanced_on <= :as_of END AS has_moved,
    advanced_on,
    CASE WHEN since_on IS NULL AND entry_count > 0 AND (SELECT outcome FROM asked_stage) = 'open' THEN finished_days END AS done_days,
    CASE WHEN (SELECT outcome FROM asked_stage) = 'open' THEN :today - since_on END AS running_days
  FROM reporting.stage_funnel
  WHERE stage = :from_stage
    AND
-- include: ../shared/stage-cohort.sql
      BETWEEN :period_from AND :period_through
-- include: ../shared/stage-filters.sql
    AND (:as_of IS NULL OR reached_on <= :as_of
      -- A deal is in the first stage from its creation on, also where its history begins later.
      OR (:cohort = 'created' AND stage = (SELECT stage FROM reporting.stages ORDER BY position LIMIT 1)))
    AND CASE :step
      WHEN 'entered' THEN entry_count > 0
      WHEN 'skipped' THEN entry_count = 0
      WHEN 'returned' THEN entry_count > 1
      WHEN 'moved_on' THEN has_advanced
      WHEN 'undecided' THEN standing IN ('here', 'back')
      WHEN 'lost' THEN standing = 'lost'
      WHEN 'here' THEN standing = 'here'
      WHEN 'back' THEN standing = 'back'
      WHEN 'won' THEN status = 'won'
      WHEN 'open' THEN status = 'open'
      WHEN 'lost_by_now' THEN status = 'lost'
      WHEN 'done' THEN since_on IS NULL AND entry_count > 0
      WHEN 'running' THEN since_on IS NOT NULL
      ELSE true
    END
)
