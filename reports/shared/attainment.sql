-- What people were to win and have won, one row per person: `reps`. Won deals count for whoever had them when they were closed, open
-- ones for whoever has them. The report's own asked.sql says whose rows.
quota_scope AS (SELECT true AS is_whole),
quota_spans (span, span_from, span_to, span_through) AS (
  VALUES
    ('now', :period_from, :period_to, :period_through),
    ('then', :compare_from, :compare_to, :compare_through)
),
quota_sources AS (
  SELECT *
  FROM reporting.quotas
  WHERE fiscal_period_id = ANY (ARRAY(
      -- Known before the quotas are read, which an index then finds.
      SELECT fiscal_period_id
      FROM reporting.fiscal_periods
      WHERE starts_on <= :period_to AND ends_on >= :period_from OR starts_on <= :compare_to AND ends_on >= :compare_from
    ))
-- include: asked.sql
),
-- include: ../shared/quotas.sql
, person_quotas AS (
  SELECT
    owner_user_id,
    sum(amount) FILTER (WHERE span = 'now') AS quota_amount,
    sum(amount_to_date) FILTER (WHERE span = 'now') AS quota_to_date_amount,
    sum(day_count) FILTER (WHERE span = 'now') AS quota_day_count,
    count(*) FILTER (WHERE span = 'now' AND is_prorated) AS prorated_count,
    sum(amount) FILTER (WHERE span = 'then') AS compare_quota_amount
  FROM quota_parts
  WHERE currency = :currency
  GROUP BY owner_user_id
),
-- Of each range of close dates, an index has what is asked for.
won_sums AS (
  SELECT
    owner_user_id,
    currency,
    sum(won_amount) AS won_amount,
    sum(won_count)::bigint AS won_count,
    sum(missing_amount_count)::bigint AS missing_amount_count,
    sum(moved_count)::bigint AS moved_count,
    sum(compare_won_amount) AS compare_won_amount
  FROM (
    SELECT
      owner_user_id,
      currency,
      sum(amount) AS won_amount,
      count(*) AS won_count,
      count(*) - count(amount) AS missing_amount_count,
      count(*) FILTER (WHERE present_owner_user_id <> owner_user_id) AS moved_count,
      NULL::numeric AS compare_won_amount
    FROM reporting.won_deals
    WHERE close_on BETWEEN :period_from AND :period_through
-- include: asked.sql
    GROUP BY owner_user_id, currency
    UNION ALL
    SELECT owner_user_id, currency, NULL, 0, 0, 0, sum(amount)
    FROM reporting.won_deals
    WHERE close_on BETWEEN :compare_from AND :compare_through
-- include: asked.sql
    GROUP BY owner_user_id, currency
  ) AS won
  GROUP BY owner_user_id, currency
),
due AS (
  SELECT owner_user_id, count(*) AS open_count, sum(amount) AS open_amount, sum(weighted_amount) AS weighted_amount
  FROM reporting.sales_dashboard
  WHERE currency = :currency
    AND status = 'open'
    AND (close_on BETWEEN greatest(:period_from, :today) AND :period_to OR (close_on IS NULL AND :period_days IS NULL))
-- include: asked.sql
  GROUP BY owner_user_id
),
reps AS (
  SELECT
    owner_user_id,
    coalesce(people.name, '(none)') AS rep_name,
    coalesce(people.team_name, '(none)') AS team_name,
    won_amount,
    coalesce(won_count, 0) AS won_count,
    coalesce(missing_amount_count, 0) AS missing_amount_count,
    coalesce(moved_count, 0) AS moved_count,
    compare_won_amount,
    quota_amount,
    quota_to_date_amount,
    quota_day_count,
    coalesce(prorated_count, 0) AS prorated_count,
    compare_quota_amount,
    coalesce(open_count, 0) AS open_count,
    open_amount,
    weighted_amount
  FROM person_quotas
  FULL JOIN (SELECT * FROM won_sums WHERE currency = :currency) AS won USING (owner_user_id)
  FULL JOIN due USING (owner_user_id)
  LEFT JOIN reporting.users AS people ON people.user_id = owner_user_id
)
