-- include: scope.sql
-- How many there are of each day. Who sees all, and asks for nothing that the days are not split by, needs no lead for that.
, days AS (
  SELECT created_on, outcome, lead_count
  FROM reporting.lead_days
  WHERE :sees_all
    AND :leads = 'created'
    AND num_nonnulls(:team, :owner, :industry, :status, :outcome, :age, :cf) = 0
    AND created_on BETWEEN :period_from AND :period_through
    AND (:source IS NULL OR lead_source = ANY (:source))
  UNION ALL
  SELECT created_on, outcome, count(*)
  FROM (
    SELECT
      created_on,
-- include: ../shared/lead-outcome.sql
    FROM scope
    WHERE NOT (:sees_all AND :leads = 'created' AND num_nonnulls(:team, :owner, :industry, :status, :outcome, :age, :cf) = 0)
  ) AS leads
  GROUP BY created_on, outcome
)
