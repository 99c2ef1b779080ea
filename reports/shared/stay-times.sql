-- How many stayed no longer than so many days, of how many: quartiles as percentile_cont has them.
ranked AS (
  SELECT
    stage,
    is_running,
    days,
    sum(deal_count) OVER (PARTITION BY stage, is_running ORDER BY days) AS counted,
    sum(deal_count) OVER (PARTITION BY stage, is_running) AS stay_count
  FROM stays
),
quartiles AS (
  SELECT
    stage,
    is_running,
    share,
    stay_count,
    trim_scale(lower + (upper - lower) * (place - floor(place))) AS days
  FROM (
    SELECT
      stage,
      is_running,
      share,
      stay_count,
      share * (stay_count - 1) AS place,
      min(days) FILTER (WHERE counted > floor(share * (stay_count - 1))) AS lower,
      min(days) FILTER (WHERE counted > ceil(share * (stay_count - 1))) AS upper
    FROM ranked
    CROSS JOIN (VALUES (0.25), (0.5), (0.75)) AS shares (share)
    GROUP BY stage, is_running, share, stay_count
  ) AS places
),
times AS (
  SELECT
    stage,
    max(stay_count) FILTER (WHERE NOT is_running)::bigint AS done_count,
    max(days) FILTER (WHERE NOT is_running AND share = 0.25) AS done_q1_days,
    max(days) FILTER (WHERE NOT is_running AND share = 0.5) AS done_median_days,
    max(days) FILTER (WHERE NOT is_running AND share = 0.75) AS done_q3_days,
    max(stay_count) FILTER (WHERE is_running)::bigint AS running_count,
    max(days) FILTER (WHERE is_running AND share = 0.25) AS running_q1_days,
    max(days) FILTER (WHERE is_running AND share = 0.5) AS running_median_days,
    max(days) FILTER (WHERE is_running AND share = 0.75) AS running_q3_days
  FROM quartiles
  GROUP BY stage
)
