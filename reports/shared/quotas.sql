-- The quotas of periods, by person. `quota_spans (span, span_from, span_to, span_through)` says before of which periods,
-- `quota_sources` which quotas there are, and `quota_scope (is_whole)` whether nothing splits deals in a way that quotas are not
-- split. All time has no quota.
quota_rows AS (
  SELECT
    *,
    daterange(starts_on, ends_on, '[]') * daterange(span_from, span_to, '[]') AS days_in_span,
    ends_on - starts_on + 1 AS period_day_count
  FROM quota_spans
  JOIN quota_sources ON starts_on <= span_to AND ends_on >= span_from
  CROSS JOIN LATERAL (SELECT starts_on < span_from OR ends_on > span_to AS is_cut) AS cut
  WHERE :period_days IS NOT NULL
    AND (SELECT is_whole FROM quota_scope)
),
-- A person may have a quota for a year, for its quarters and for its months, which say the same in other words: each day counts
-- for one of them. That is the longest that lies in the period; where there is none, the shortest that the period cuts.
quota_days AS (
  SELECT
    *,
    datemultirange(days_in_span) - coalesce(
      range_agg(days_in_span) OVER (
        PARTITION BY span, owner_user_id, currency
        ORDER BY is_cut, CASE WHEN is_cut THEN period_day_count ELSE -period_day_count END, starts_on
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ),
      '{}'
    ) AS own_days
  FROM quota_rows
),
-- Of a quota that is cut, the share of its days that count. Each part is rounded, so that parts add up.
quota_parts AS (
  SELECT
    span,
    owner_user_id,
    currency,
    period_kind,
    period_name,
    starts_on,
    ends_on,
    amount AS period_amount,
    is_cut OR day_count < period_day_count AS is_prorated,
    lower(days) AS part_from,
    upper(days) - 1 AS part_to,
    day_count,
    round(amount * day_count / period_day_count, 4) AS amount,
    round(
      amount * greatest(0, least(span_through, upper(days) - 1) - lower(days) + 1) / period_day_count, 4
    ) AS amount_to_date
  FROM quota_days
  CROSS JOIN LATERAL unnest(own_days) AS days
  CROSS JOIN LATERAL (SELECT upper(days) - lower(days) AS day_count) AS length
),
quotas AS (
  SELECT owner_user_id, sum(amount) AS quota_amount
  FROM quota_parts
  WHERE span = 'now' AND currency = :currency
  GROUP BY owner_user_id
),
-- What there is to say of the quotas of the selection.
quota_facts AS (
  SELECT
    sum(amount) AS quota_amount,
    count(*) FILTER (WHERE is_prorated) AS prorated_count,
    (
      SELECT sum(upper(days) - lower(days))
      FROM unnest(range_agg(daterange(part_from, part_to, '[]'))) AS days
    )::bigint AS quota_day_count
  FROM quota_parts
  WHERE span = 'now' AND currency = :currency
),
-- The quotas of the period by the days that they are for, of all people: few, and asked for day by day.
quota_lines AS MATERIALIZED (
  SELECT part_from, part_to, sum(amount) AS amount
  FROM quota_parts
  WHERE span = 'now' AND currency = :currency
  GROUP BY part_from, part_to
)
