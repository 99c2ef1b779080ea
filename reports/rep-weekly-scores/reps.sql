-- include: scope.sql
-- The signals that the rows shown are of: each has as many rows as reps.
, signals AS (
  SELECT signal_name, count(*) AS n, sum(count(*)) OVER (ORDER BY signal_name) - count(*) AS before
  FROM pairs
  GROUP BY signal_name
),
shown AS (
  SELECT signal_name, before
  FROM signals
  WHERE :rows_before IS NULL OR (before < :rows_before + :rows_shown AND before + n > :rows_before)
),
sums AS (
  SELECT
    rep_user_id,
    signal_name,
    sum(week_count)::bigint AS week_count,
    sum(call_count)::bigint AS call_count,
    -- Without the zeros of what was taken off, which would tell in the last digit of a quotient.
    trim_scale(sum(score_sum)) / sum(call_count) AS mean_score,
    sum(mean_sum) AS mean_sum,
    sum(call_square_sum) AS call_square_sum,
    sum(call_square_mean_sum) AS call_square_mean_sum,
    sum(call_mean_square_sum) AS call_mean_square_sum,
    sum(number_sum) AS number_sum,
    sum(number_square_sum) AS number_square_sum,
    sum(number_mean_sum) AS number_mean_sum
  FROM parts
  WHERE signal_name = ANY (ARRAY(SELECT signal_name FROM shown))
  GROUP BY rep_user_id, signal_name
  HAVING sum(week_count) > 0
),
-- Weeks are the units that vary: the spread of weekly means, weighted by calls, is the error of their weighted mean.
errors AS (
  SELECT
    *,
    sqrt(
      week_count::double precision / nullif(week_count - 1, 0)
      -- The sum of (calls × (mean of the week − mean))².
      * (call_mean_square_sum - 2 * mean_score * call_square_mean_sum + mean_score * mean_score * call_square_sum)::double precision
    ) / call_count AS standard_error,
    week_count::double precision - 1 AS df
  FROM sums
),
-- Student's t for 95 % by its series around the normal quantile; from 5 degrees of freedom on, right to two decimals.
intervals AS (
  SELECT
    *,
    CASE WHEN week_count >= 6 THEN mean_score::double precision - half END AS mean_low,
    CASE WHEN week_count >= 6 THEN mean_score::double precision + half END AS mean_high,
    -- A slope through fewer weeks says more about chance than about the rep.
    CASE
      WHEN week_count >= 6
      THEN (week_count * number_mean_sum - number_sum * mean_sum) / nullif(week_count * number_square_sum - number_sum * number_sum, 0)
    END AS weekly_change
  FROM errors
  CROSS JOIN LATERAL (
    SELECT CASE WHEN df > 0 THEN standard_error * (1.959964 + 2.3724 / df + 2.8227 / df ^ 2 + 2.556 / df ^ 3) END AS half
  ) AS halves
),
-- Each end of each interval in one line: how many lie wholly above a rep, how many wholly below.
ends AS (
  SELECT rep_user_id, signal_name, mean_low AS place, 1 AS is_low, 0 AS is_high FROM intervals WHERE mean_low IS NOT NULL
  UNION ALL
  SELECT rep_user_id, signal_name, mean_high, 0, 1 FROM intervals WHERE mean_low IS NOT NULL
),
places AS (
  SELECT
    rep_user_id,
    signal_name,
    is_high,
    -- At the same place a high end comes before a low one, so that intervals that touch do not count as parted.
    sum(is_low) OVER (PARTITION BY signal_name ORDER BY place DESC, is_high DESC ROWS UNBOUNDED PRECEDING) AS above,
    sum(is_high) OVER (PARTITION BY signal_name ORDER BY place, is_low DESC ROWS UNBOUNDED PRECEDING) AS below,
    sum(is_low) OVER (PARTITION BY signal_name) AS ranked
  FROM ends
),
ranks AS (
  SELECT
    rep_user_id,
    signal_name,
    max(above) FILTER (WHERE is_high = 1) + 1 AS rank_best,
    max(ranked) - max(below) FILTER (WHERE is_high = 0) AS rank_worst
  FROM places
  GROUP BY rep_user_id, signal_name
)
SELECT
  *,
  CASE
    WHEN :period_days IS NULL THEN 'all'
    ELSE date_trunc('week', (:period_from + 6)::timestamp)::date || '..' || date_trunc('week', :period_through::timestamp)::date + 6
  END AS weeks_period
FROM (
  SELECT
    signal_name,
    rep_user_id,
    coalesce(rep_name, '(none)') AS rep_name,
    coalesce(team_name, '(none)') AS team_name,
    round(mean_score, 6) AS mean_score,
    round(mean_low::numeric, 6) AS mean_low,
    round(mean_high::numeric, 6) AS mean_high,
    call_count,
    call_count < 5 AS has_few_calls,
    week_count,
    round(weekly_change, 6) AS weekly_change,
    rank_best,
    rank_worst,
    CASE WHEN rank_best = rank_worst THEN rank_best END AS rank
  FROM intervals
  LEFT JOIN ranks USING (rep_user_id, signal_name)
  LEFT JOIN names USING (rep_user_id)
  ORDER BY signal_name, round(intervals.mean_score, 6) DESC, coalesce(rep_name, '(none)'), rep_user_id
  LIMIT :rows_shown
  OFFSET :rows_before - (SELECT min(before) FROM shown)
) AS page
