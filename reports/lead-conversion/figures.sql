-- The leads of the period by month of creation and source, each way of adding them up in a part of its own. Who sees all, and
-- asks for no team, rep or industry, takes the sums of the days; medians need the leads, but those of the converted alone.
WITH
-- include: owners.sql
, days AS (
-- include: days.sql
    AND created_on BETWEEN :period_from AND :period_through
  UNION ALL
  SELECT created_on, lead_source, outcome, count(*)
  FROM (
-- include: now.sql
      AND NOT (:sees_all AND num_nonnulls(:team, :owner, :industry, :cf) = 0)
  ) AS leads
  GROUP BY created_on, lead_source, outcome
),
groups AS (
  SELECT cohort_on, lead_source, age, outcome, sum(lead_count) AS lead_count
  FROM (
    SELECT
      date_trunc('month', created_on::timestamp)::date AS cohort_on,
      lead_source,
-- include: age.sql
      outcome,
      lead_count
    FROM days
  ) AS aged
  GROUP BY cohort_on, lead_source, age, outcome
),
counts AS (
  SELECT
    grouping(cohort_on, lead_source) AS level,
    cohort_on,
    CASE grouping(cohort_on, lead_source) WHEN 3 THEN 'All sources' ELSE lead_source END AS lead_source,
-- include: ../shared/lead-counts.sql
  FROM groups
  GROUP BY GROUPING SETS ((cohort_on, lead_source), (cohort_on), (lead_source), ())
  HAVING sum(lead_count) <> 0 OR grouping(cohort_on, lead_source) = 3
),
-- Of months nobody asks the median: without, one order serves all ways of adding up.
medians AS (
  SELECT
    grouping(cohort_on, lead_source) AS level,
    cohort_on,
    CASE grouping(cohort_on, lead_source) WHEN 3 THEN 'All sources' ELSE lead_source END AS lead_source,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days_to_convert) AS median_days
  FROM (
    -- Medians are of double precision: told once (OFFSET 0), not in each way of adding up.
    SELECT
      date_trunc('month', created_on::timestamp)::date AS cohort_on,
      lead_source,
      days_to_convert::double precision AS days_to_convert
    FROM (
-- include: now.sql
      AND is_converted
    ) AS leads
    OFFSET 0
  ) AS converted
  GROUP BY GROUPING SETS ((lead_source, cohort_on), (lead_source), ())
),
earlier AS (
  SELECT
    2 + grouping(lead_source) AS level,
    CASE grouping(lead_source) WHEN 1 THEN 'All sources' ELSE lead_source END AS lead_source,
-- include: ../shared/lead-counts.sql
  FROM (
    SELECT
      lead_source,
-- include: age.sql
      outcome,
      lead_count
    FROM (
-- include: days.sql
        AND created_on BETWEEN :compare_from AND :compare_through
      UNION ALL
      SELECT created_on, lead_source, outcome, count(*)
      FROM (
-- include: leads.sql
          AND created_on BETWEEN :compare_from AND :compare_through
          AND NOT (:sees_all AND num_nonnulls(:team, :owner, :industry, :cf) = 0)
      ) AS leads
      GROUP BY created_on, lead_source, outcome
    ) AS days
  ) AS groups
  GROUP BY GROUPING SETS ((lead_source), ())
),
-- A month without leads is a gap, not a straight line between its neighbours.
months AS (
  SELECT month::date AS cohort_on
  FROM (SELECT min(cohort_on) AS first_on, max(cohort_on) AS last_on FROM groups) AS ends
  CROSS JOIN LATERAL generate_series(first_on::timestamp, last_on::timestamp, interval '1 month') AS month
),
filled AS (
  SELECT * FROM counts
  UNION ALL
  SELECT 1, cohort_on, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  FROM months
  WHERE cohort_on NOT IN (SELECT cohort_on FROM counts WHERE level = 1)
),
aged AS (
  SELECT
    filled.*,
    median_days,
    -- A month is as old as its youngest lead: until then its rate would be low only because it is young.
    CASE WHEN filled.level >= 2 OR old_30_count = created_count THEN old_30_count END AS rated_30_count,
    CASE WHEN filled.level >= 2 OR old_60_count = created_count THEN old_60_count END AS rated_60_count,
    CASE WHEN filled.level >= 2 OR old_90_count = created_count THEN old_90_count END AS rated_90_count
  FROM filled
  LEFT JOIN medians
    ON medians.level = filled.level
    AND medians.cohort_on IS NOT DISTINCT FROM filled.cohort_on
    AND medians.lead_source IS NOT DISTINCT FROM filled.lead_source
),
rates AS (
  SELECT
    level,
    cohort_on,
    lead_source,
    (cohort_on + interval '1 month')::date - 1 AS month_end_on,
    rated_30_count IS NULL AS is_young_30,
    rated_60_count IS NULL AS is_young_60,
    rated_90_count IS NULL AS is_young_90,
    median_days IS NOT NULL AND rated_90_count IS NULL AS is_median_young,
-- include: rates.sql
  FROM aged
)
SELECT
  part,
  part = 'sources' AND level = 3 AS is_total,
  -- The list of reps says it as its total.
  CASE part WHEN 'summary' THEN (SELECT 'All ' || count(*) || CASE count(*) WHEN 1 THEN ' rep' ELSE ' reps' END FROM owners) END AS rep_name,
  CASE part WHEN 'summary' THEN (SELECT count(*) FROM owners) END AS row_count,
  rates.*,
  greatest(cohort_on, :period_from) || '..' || least(month_end_on, :period_through) AS cohort_days,
  cohort_on < :period_from OR month_end_on > :period_through AS is_part,
  CASE WHEN :compare_from IS NOT NULL THEN coalesce(earlier.created_count, 0) END AS compare_created_count,
  round(rates.created_count / nullif(earlier.created_count, 0)::numeric - 1, 6) AS created_change,
  round(earlier.within_30_count / nullif(earlier.old_30_count, 0)::numeric, 6) AS compare_within_30_rate,
  round(earlier.within_60_count / nullif(earlier.old_60_count, 0)::numeric, 6) AS compare_within_60_rate,
  round(earlier.within_90_count / nullif(earlier.old_90_count, 0)::numeric, 6) AS compare_within_90_rate,
  round(within_90_rate - earlier.within_90_count / nullif(earlier.old_90_count, 0)::numeric, 6) AS within_90_change
FROM rates
JOIN (VALUES ('summary', 3), ('months', 1), ('sources', 2), ('sources', 3), ('cohorts', 0)) AS parts (part, level)
  USING (level)
LEFT JOIN earlier USING (level, lead_source)
ORDER BY is_total DESC, cohort_on DESC, created_count DESC, lead_source
