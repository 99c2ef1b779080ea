-- include: scope.sql
, filled AS (
  SELECT *, (week_on - min(week_on) OVER ()) / 7 AS week_number
  FROM scope
  WHERE week_on >= :period_from
),
means AS (
  SELECT
    rep_user_id,
    max(rep_name) AS rep_name,
    max(team_name) AS team_name,
    signal_name,
    sum(call_count)::bigint AS call_count,
    count(*) AS week_count,
    sum(score_sum) / sum(call_count) AS mean_score,
    -- A slope through fewer weeks says more about chance than about the rep.
    CASE WHEN count(*) >= 6 THEN regr_slope(mean_score::double precision, week_number::double precision) END AS weekly_change
  FROM filled
  GROUP BY rep_user_id, signal_name
),
-- Weeks are the units that vary: the spread of weekly means, weighted by calls, is the error of their weighted mean.
errors AS (
  SELECT
    rep_user_id,
    signal_name,
    sqrt(
      count(*)::double precision / nullif(count(*) - 1, 0)
      * sum((filled.call_count * (filled.mean_score - means.mean_score)) ^ 2)::double precision
    ) / max(means.call_count) AS standard_error,
    count(*)::double precision - 1 AS df
  FROM filled
  JOIN means USING (rep_user_id, signal_name)
  GROUP BY rep_user_id, signal_name
),
-- Student's t for 95 % by its series around the normal quantile; from 5 degrees of freedom on, right to two decimals.
intervals AS (
  SELECT
    means.*,
    CASE WHEN week_count >= 6 THEN mean_score::double precision - half END AS mean_low,
    CASE WHEN week_count >= 6 THEN mean_score::double precision + half END AS mean_high
  FROM means
  JOIN (
    SELECT rep_user_id, signal_name, standard_error * (1.959964 + 2.3724 / df + 2.8227 / df ^ 2 + 2.556 / df ^ 3) AS half
    FROM errors
    WHERE df > 0
    UNION ALL
    SELECT rep_user_id, signal_name, NULL FROM errors WHERE df = 0
  ) AS halves USING (rep_user_id, signal_name)
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
  signal_name,
  rep_user_id,
  rep_name,
  team_name,
  round(mean_score, 6) AS mean_score,
  round(mean_low::numeric, 6) AS mean_low,
  round(mean_high::numeric, 6) AS mean_high,
  call_count,
  call_count < 5 AS has_few_calls,
  week_count,
  round(weekly_change::numeric, 6) AS weekly_change,
  rank_best,
  rank_worst,
  CASE WHEN rank_best = rank_worst THEN rank_best END AS rank
FROM intervals
LEFT JOIN ranks USING (rep_user_id, signal_name)
ORDER BY signal_name, intervals.mean_score DESC, rep_name, rep_user_id
