-- The quotas of the period, by person. They count where whole fiscal periods make up the period, for each person the longest
-- that do; and where nothing splits deals in a way that quotas are not split, which `quota_scope (is_whole)` says before.
quota_rows AS (
  SELECT owner_user_id, owner_name, team_name, period_kind, starts_on, ends_on, amount
  FROM reporting.quotas
  WHERE starts_on >= :period_from AND ends_on <= :period_to AND currency = :currency
),
quota_kinds AS (
  SELECT period_kind, array_position(ARRAY['year', 'quarter', 'month'], period_kind) AS kind_no
  FROM (SELECT DISTINCT period_kind, starts_on, ends_on FROM quota_rows) AS periods
  GROUP BY period_kind
  HAVING sum(ends_on - starts_on + 1) = :period_days
),
quotas AS (
  SELECT owner_user_id, max(owner_name) AS owner_name, max(team_name) AS team_name, sum(amount) AS quota_amount
  FROM (
    SELECT quota_rows.*, kind_no, min(kind_no) OVER (PARTITION BY owner_user_id) AS longest_no
    FROM quota_rows
    JOIN quota_kinds USING (period_kind)
  ) AS kinds
  WHERE kind_no = longest_no
    AND (SELECT is_whole FROM quota_scope)
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
  GROUP BY owner_user_id
)
