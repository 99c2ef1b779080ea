-- Up Migration

-- The sums of some months, out of those of all years.
CREATE INDEX ON mart.stage_cohorts (cohort, month_on);
CREATE INDEX ON mart.stage_stays (cohort, month_on);

-- Down Migration

DROP INDEX mart.stage_stays_cohort_month_on_idx;
DROP INDEX mart.stage_cohorts_cohort_month_on_idx;
