-- Up Migration

-- What reports say of a deal and a stage, in days.
SELECT mart.drop_kept_views('stage_funnel'), mart.drop_page_views('stage_funnel');
CREATE OR REPLACE VIEW reporting.stage_funnel WITH (security_barrier) AS
SELECT
  funnel.opportunity_id,
  funnel.opportunity_name,
  funnel.stage,
  funnel.stage_position,
  funnel.stage_outcome,
  funnel.owner_user_id,
  coalesce(people.name, '(none)') AS owner_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  funnel.company_id,
  companies.name AS company_name,
  funnel.industry,
  funnel.lead_source,
  funnel.product_id,
  coalesce(products.name, '(none)') AS product_name,
  funnel.status,
  funnel.currency,
  funnel.amount,
  funnel.created_on,
  funnel.recorded_from_on,
  funnel.reached_at,
  funnel.reached_on,
  funnel.first_entered_at,
  funnel.entry_count,
  funnel.seconds_in_stage,
  funnel.current_since,
  funnel.has_advanced,
  funnel.advanced_at,
  CASE
    WHEN funnel.has_advanced THEN 'moved_on'
    WHEN funnel.status = 'lost' THEN 'lost'
    WHEN funnel.current_since IS NOT NULL THEN 'here'
    ELSE 'back'
  END AS standing,
  round(funnel.seconds_in_stage / 86400)::integer AS finished_days,
  (funnel.current_since AT TIME ZONE (SELECT ops.business_time_zone()))::date - coalesce(round(funnel.seconds_in_stage / 86400)::integer, 0) AS since_on,
  (funnel.advanced_at AT TIME ZONE (SELECT ops.business_time_zone()))::date AS advanced_on
FROM mart.stage_funnel_visible AS funnel
LEFT JOIN mart.people ON people.user_id = funnel.owner_user_id
LEFT JOIN crm.companies ON companies.id = funnel.company_id
LEFT JOIN crm.products ON products.id = funnel.product_id;
SELECT mart.add_page_views('stage_funnel'), mart.add_kept_views('stage_funnel');

COMMENT ON COLUMN reporting.stage_funnel.standing IS
  'How the deal stands to the stage: moved_on, to a later one, also where it came back; else lost; else here, or back in an earlier one.';
COMMENT ON COLUMN reporting.stage_funnel.finished_days IS 'seconds_in_stage in days of 24 hours, rounded; NULL: no stay is finished.';
COMMENT ON COLUMN reporting.stage_funnel.since_on IS
  'Day of current_since in the business time zone, earlier by finished_days: the days until today are how long the deal has been in the stage; '
  'NULL: it is not in it now.';
COMMENT ON COLUMN reporting.stage_funnel.advanced_on IS 'Day of advanced_at in the business time zone; NULL: not so far.';

-- What became of the deals of each month, stage by stage. A month has the deals created in it; and, for the cohort of a stage, those that
-- reached that stage in it. How many had moved on by any day is the sum up to that day.
SELECT mart.add_rollup(
  'stage_cohorts', 'stage_funnel', '{cohort,month_on,stage,stage_position,status,standing,advanced_on}', 'deal_count',
  $template$
    SELECT
      cohort,
      month_on,
      stage,
      stage_position,
      status,
      CASE
        WHEN has_advanced THEN 'moved_on'
        WHEN status = 'lost' THEN 'lost'
        WHEN current_since IS NOT NULL THEN 'here'
        ELSE 'back'
      END AS standing,
      (advanced_at AT TIME ZONE zone.name)::date AS advanced_on,
      count(*) AS deal_count,
      count(*) FILTER (WHERE entry_count > 0) AS entered_count,
      count(*) FILTER (WHERE entry_count > 1) AS returned_count,
      count(*) FILTER (WHERE recorded_from_on > created_on) AS unknown_count
    FROM <rows> AS passed
    CROSS JOIN (SELECT ops.business_time_zone() AS name OFFSET 0) AS zone
    CROSS JOIN LATERAL (VALUES ('created', created_on), ('reached', reached_on)) AS cohorts (cohort, day_on)
    CROSS JOIN LATERAL (SELECT date_trunc('month', day_on::timestamp)::date AS month_on) AS months
    WHERE stage_outcome <> 'lost'
    GROUP BY 1, 2, 3, 4, 5, 6, 7
  $template$,
  'report:sales',
  circumstances => 'ops.business_time_zone()'
);

CREATE VIEW reporting.stage_cohorts WITH (security_barrier) AS
SELECT
  cohort, month_on, stage, stage_position, status, standing, advanced_on, deal_count, entered_count, returned_count, unknown_count,
  -- A second before, the day before has not ended yet: right also where clocks go forward or back at midnight.
  ((month_on::timestamp - interval '1 second') AT TIME ZONE (SELECT ops.business_time_zone())) + interval '1 second' AS month_at
FROM mart.stage_cohorts_visible AS cohorts;
GRANT SELECT ON reporting.stage_cohorts TO tidemark_reader;
SELECT mart.add_page_views('stage_cohorts');

COMMENT ON VIEW reporting.stage_cohorts IS
  'Counts of stage_funnel by month. One row per kind of cohort, month, stage, status, standing and day of moving on; unique by cohort, '
  'month_on, stage, status, standing, advanced_on. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.stage_cohorts.cohort IS 'What the month is of: created, of the deal; or reached, of the deal''s first coming to the stage.';
COMMENT ON COLUMN reporting.stage_cohorts.month_on IS 'First day of the month, in the business time zone.';
COMMENT ON COLUMN reporting.stage_cohorts.stage IS 'Stage that the deals passed, or are in; not Closed Lost.';
COMMENT ON COLUMN reporting.stage_cohorts.stage_position IS 'Place of the stage in the order of stages, from 1.';
COMMENT ON COLUMN reporting.stage_cohorts.status IS 'What became of the deals: open, won or lost today.';
COMMENT ON COLUMN reporting.stage_cohorts.standing IS
  'How they stand to the stage: moved_on, to a later one, also where they came back; else lost; else here, or back in an earlier one.';
COMMENT ON COLUMN reporting.stage_cohorts.advanced_on IS
  'Day in the business time zone on which they first reached a later stage; NULL: not so far.';
COMMENT ON COLUMN reporting.stage_cohorts.deal_count IS 'Deals.';
COMMENT ON COLUMN reporting.stage_cohorts.entered_count IS 'Those that entered the stage; the others skipped it.';
COMMENT ON COLUMN reporting.stage_cohorts.returned_count IS 'Those that entered it more than once.';
COMMENT ON COLUMN reporting.stage_cohorts.unknown_count IS 'Those whose history begins after their creation.';
COMMENT ON COLUMN reporting.stage_cohorts.month_at IS 'Instant at which the month begins in the business time zone.';

-- Days in a stage, counted: enough for every quantile of whole days.
SELECT mart.add_rollup(
  'stage_stays', 'stage_funnel', '{cohort,month_on,stage,stage_position,days,since_on}', 'deal_count',
  $template$
    SELECT
      cohort,
      month_on,
      stage,
      stage_position,
      CASE WHEN current_since IS NULL THEN finished_days END AS days,
      (current_since AT TIME ZONE zone.name)::date - coalesce(finished_days, 0) AS since_on,
      count(*) AS deal_count
    FROM <rows> AS passed
    CROSS JOIN (SELECT ops.business_time_zone() AS name OFFSET 0) AS zone
    CROSS JOIN LATERAL (SELECT round(seconds_in_stage / 86400)::integer AS finished_days) AS stays
    CROSS JOIN LATERAL (VALUES ('created', created_on), ('reached', reached_on)) AS cohorts (cohort, day_on)
    CROSS JOIN LATERAL (SELECT date_trunc('month', day_on::timestamp)::date AS month_on) AS months
    WHERE stage_outcome = 'open' AND entry_count > 0
    GROUP BY 1, 2, 3, 4, 5, 6
  $template$,
  'report:sales',
  circumstances => 'ops.business_time_zone()'
);

CREATE VIEW reporting.stage_stays WITH (security_barrier) AS
SELECT
  cohort, month_on, stage, stage_position, days, since_on, deal_count,
  ((month_on::timestamp - interval '1 second') AT TIME ZONE (SELECT ops.business_time_zone())) + interval '1 second' AS month_at
FROM mart.stage_stays_visible AS stays;
GRANT SELECT ON reporting.stage_stays TO tidemark_reader;
SELECT mart.add_page_views('stage_stays');

COMMENT ON VIEW reporting.stage_stays IS
  'How long deals stayed in open stages. One row per kind of cohort, month, stage and length of stay; unique by cohort, month_on, stage, '
  'days, since_on. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.stage_stays.cohort IS 'What the month is of: created, of the deal; or reached, of the deal''s first coming to the stage.';
COMMENT ON COLUMN reporting.stage_stays.month_on IS 'First day of the month, in the business time zone.';
COMMENT ON COLUMN reporting.stage_stays.stage IS 'Stage that the deals entered.';
COMMENT ON COLUMN reporting.stage_stays.stage_position IS 'Place of the stage in the order of stages, from 1.';
COMMENT ON COLUMN reporting.stage_stays.days IS
  'Days from entering the stage to leaving it, all stays of a deal together, rounded; NULL: they are in it now.';
COMMENT ON COLUMN reporting.stage_stays.since_on IS
  'Day in the business time zone since which they would be in it now, had they never left it: the days until today are how long they have '
  'been; NULL: they are not in it now.';
COMMENT ON COLUMN reporting.stage_stays.deal_count IS 'Deals.';
COMMENT ON COLUMN reporting.stage_stays.month_at IS 'Instant at which the month begins in the business time zone.';

-- The deals themselves are read for people, teams and industries: by their first stage, unless another is asked for.
CREATE INDEX stage_funnel_first_idx ON mart.stage_funnel (created_on)
  INCLUDE (
    opportunity_id, stage, owner_user_id, company_id, product_id, industry, status, has_advanced, current_since, entry_count, seconds_in_stage
  )
  WHERE stage = 'Prospecting';

-- Down Migration

DROP INDEX mart.stage_funnel_first_idx;
SELECT mart.drop_page_views('stage_stays');
DROP VIEW reporting.stage_stays;
SELECT mart.remove_rollup('stage_stays');
SELECT mart.drop_page_views('stage_cohorts');
DROP VIEW reporting.stage_cohorts;
SELECT mart.remove_rollup('stage_cohorts');
SELECT mart.drop_kept_views('stage_funnel'), mart.drop_page_views('stage_funnel');
DROP VIEW reporting.stage_funnel;
CREATE VIEW reporting.stage_funnel WITH (security_barrier) AS
SELECT
  funnel.opportunity_id,
  funnel.opportunity_name,
  funnel.stage,
  funnel.stage_position,
  funnel.stage_outcome,
  funnel.owner_user_id,
  coalesce(people.name, '(none)') AS owner_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  funnel.company_id,
  companies.name AS company_name,
  funnel.industry,
  funnel.lead_source,
  funnel.product_id,
  coalesce(products.name, '(none)') AS product_name,
  funnel.status,
  funnel.currency,
  funnel.amount,
  funnel.created_on,
  funnel.recorded_from_on,
  funnel.reached_at,
  funnel.reached_on,
  funnel.first_entered_at,
  funnel.entry_count,
  funnel.seconds_in_stage,
  funnel.current_since,
  funnel.has_advanced,
  funnel.advanced_at
FROM mart.stage_funnel_visible AS funnel
LEFT JOIN mart.people ON people.user_id = funnel.owner_user_id
LEFT JOIN crm.companies ON companies.id = funnel.company_id
LEFT JOIN crm.products ON products.id = funnel.product_id;
GRANT SELECT ON reporting.stage_funnel TO tidemark_reader;
SELECT mart.add_page_views('stage_funnel'), mart.add_kept_views('stage_funnel');
COMMENT ON VIEW reporting.stage_funnel IS
  'The stages that each deal passed, and how long it stayed in them. One row per deal and stage that it entered or skipped on its way '
  'to a later one; unique by opportunity_id, stage. Stage conversion of a cohort: rows with has_advanced / rows. '
  'What describes the deal is as of today. Live: a committed change is in the next read.';
SELECT ops.copy_column_comments('mart.stage_funnel', 'reporting.stage_funnel');
COMMENT ON COLUMN reporting.stage_funnel.owner_name IS 'Name of the owner; (none) where nobody owns the deal.';
COMMENT ON COLUMN reporting.stage_funnel.team_id IS 'Team that the owner is in today; NULL: in none.';
COMMENT ON COLUMN reporting.stage_funnel.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.stage_funnel.company_name IS 'Name of that company.';
COMMENT ON COLUMN reporting.stage_funnel.product_name IS 'Name of that product; (none) where none is named.';
