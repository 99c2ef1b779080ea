WITH
-- include: ../shared/slipped.sql
,
-- include: ../shared/pushed.sql
,
-- include: ../shared/gaps.sql
, opening AS (
  SELECT
    coalesce(sum(deal_count), 0)::bigint AS opening_count,
    CASE WHEN sum(amount_count) > 0 THEN sum(amount_sum) END AS opening_amount
  FROM (
    SELECT deal_count, amount_count, amount_sum
    FROM reporting.pipeline_steps
    WHERE :sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0 AND :cf IS NULL
      AND close_on BETWEEN :period_from AND :period_to
      AND day_on < :period_from
      AND currency = :currency
      AND :elapsed_days > 0
    UNION ALL
    SELECT count(*), count(amount), sum(amount)
    FROM reporting.pipeline_history
    WHERE NOT (:sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0 AND :cf IS NULL)
      AND status = 'open'
      AND close_on BETWEEN :period_from AND :period_to
      AND valid_from_on < :period_from
      AND (valid_until_on >= :period_from OR valid_until_on IS NULL)
      AND currency = :currency
      AND :elapsed_days > 0
      AND (:team IS NULL OR team_name = ANY (:team))
      AND (:owner IS NULL OR owner_user_id = ANY (:owner))
      AND (:industry IS NULL OR industry = ANY (:industry))
      AND (:source IS NULL OR lead_source = ANY (:source))
      AND (:product IS NULL OR product_name = ANY (:product))
      AND (:cf IS NULL OR opportunity_id IN (SELECT reporting.opportunities_with(:cf)))
  ) AS sums
),
slips AS (
  SELECT
    count(*) AS slipped_count,
    sum(amount) AS slipped_amount,
    sum(present_amount) AS present_amount,
    count(*) FILTER (WHERE amount IS NULL) AS missing_amount_count
  FROM slipped
),
pushes AS (
  SELECT coalesce(sum(push_count), 0)::bigint AS push_count, count(*) AS pushed_deal_count
  FROM (SELECT count(*) AS push_count FROM pushed GROUP BY opportunity_id) AS deals
),
unknown AS (
  SELECT
    count(*) FILTER (WHERE created_on < :period_from) AS unknown_count,
    max(recorded_from_on) FILTER (WHERE created_on < :period_from) AS known_from_on
  FROM gaps
),
known AS (
  -- All time has no beginning, and a period to come has not begun. Where no deal's history reaches back, nothing is known.
  SELECT :elapsed_days > 0 AND (opening_count > 0 OR unknown_count = 0) AS is_known FROM opening, unknown
)
SELECT
  -- The total of the list.
  'All ' || slipped_count || CASE slipped_count WHEN 1 THEN ' deal' ELSE ' deals' END AS opportunity_name,
  slipped_amount AS amount,
  present_amount,
  slipped_count AS row_count,
  :currency AS currency,
  CASE WHEN :period_days IS NOT NULL THEN :period_from - 1 END AS opening_on,
  CASE WHEN is_known AND opening_count = 0 THEN 0 WHEN is_known THEN opening_amount END AS opening_amount,
  CASE WHEN is_known THEN opening_count END AS opening_count,
  CASE WHEN is_known AND slipped_count = 0 THEN 0 WHEN is_known THEN slipped_amount END AS slipped_amount,
  CASE WHEN is_known THEN slipped_count END AS slipped_count,
  round(slipped_amount / nullif(opening_amount, 0), 6) AS slipped_share,
  missing_amount_count,
  push_count,
  pushed_deal_count,
  unknown_count,
  known_from_on
FROM opening, slips, pushes, unknown, known
