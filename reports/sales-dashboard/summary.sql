-- include: deals.sql
, figures AS (
  SELECT
    sum(amount) FILTER (WHERE is_won_now) AS won_amount,
    count(*) FILTER (WHERE is_won_now) AS won_count,
    count(*) FILTER (WHERE is_closed_now) AS closed_count,
    avg(amount) FILTER (WHERE is_won_now) AS mean_deal_amount,
    -- Half the sum of the middle two from either side: an exact median of money.
    (percentile_disc(0.5) WITHIN GROUP (ORDER BY amount) FILTER (WHERE is_won_now)
      + percentile_disc(0.5) WITHIN GROUP (ORDER BY amount DESC) FILTER (WHERE is_won_now)
    ) / 2 AS median_deal_amount,
    count(*) FILTER (WHERE is_won_now AND amount IS NULL) AS missing_amount_count,
    sum(amount) FILTER (WHERE is_closed_now AND status = 'lost') AS lost_amount,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle_days) FILTER (WHERE is_won_now) AS median_cycle_days,
    avg(cycle_days) FILTER (WHERE is_won_now) AS mean_cycle_days,
    count(*) FILTER (WHERE is_won_now AND cycle_days < 0) AS negative_cycle_count,
    coalesce(sum(amount) FILTER (WHERE is_won_then), CASE WHEN :compare_from IS NOT NULL THEN 0 END) AS compare_won_amount,
    (percentile_disc(0.5) WITHIN GROUP (ORDER BY amount) FILTER (WHERE is_won_then)
      + percentile_disc(0.5) WITHIN GROUP (ORDER BY amount DESC) FILTER (WHERE is_won_then)
    ) / 2 AS compare_median_deal_amount,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle_days) FILTER (WHERE is_won_then) AS compare_median_cycle_days,
    count(*) FILTER (WHERE is_won_then) AS compare_won_count,
    count(*) FILTER (WHERE is_closed_then) AS compare_closed_count,
    sum(amount) FILTER (WHERE is_open_now) AS open_amount,
    sum(weighted_amount) FILTER (WHERE is_open_now) AS open_weighted_amount,
    count(*) FILTER (WHERE is_open_now) AS open_count,
    count(*) FILTER (WHERE status = 'open' AND close_on < :today AND currency = :currency) AS overdue_count,
    sum(amount) FILTER (WHERE status = 'open' AND close_on < :today AND currency = :currency) AS overdue_amount,
    count(*) FILTER (
      WHERE status = 'open' AND close_on IS NULL AND :period_days IS NOT NULL AND currency = :currency
    ) AS undated_count,
    count(*) FILTER (
      WHERE status = 'won' AND close_on > :period_through AND close_on <= :period_to AND currency = :currency
    ) AS ahead_count,
    count(*) FILTER (
      WHERE currency <> :currency AND (status = 'open' OR close_on BETWEEN :period_from AND :period_through)
    ) AS other_currency_count
  FROM deals
)
SELECT
  :currency AS currency,
  coalesce(won_amount, 0) AS won_amount,
  won_count,
  quota_amount,
  round(coalesce(won_amount, 0) / nullif(quota_amount, 0), 6) AS attainment_rate,
  round(:elapsed_days / nullif(:period_days, 0)::numeric, 6) AS period_share,
  compare_won_amount,
  round(coalesce(won_amount, 0) / nullif(compare_won_amount, 0) - 1, 6) AS won_change,
  closed_count,
  round(won_count / nullif(closed_count, 0)::numeric, 6) AS win_rate,
  round(stats.wilson_low(won_count, closed_count)::numeric, 6) AS win_rate_low,
  round(stats.wilson_high(won_count, closed_count)::numeric, 6) AS win_rate_high,
  round(compare_won_count / nullif(compare_closed_count, 0)::numeric, 6) AS compare_win_rate,
  round(CASE WHEN lost_amount > 0 THEN won_amount / (won_amount + lost_amount) END, 6) AS win_rate_by_value,
  round(median_deal_amount, 4) AS median_deal_amount,
  round(mean_deal_amount, 4) AS mean_deal_amount,
  missing_amount_count,
  round(median_deal_amount / nullif(compare_median_deal_amount, 0) - 1, 6) AS median_deal_change,
  median_cycle_days,
  round(mean_cycle_days, 1) AS mean_cycle_days,
  compare_median_cycle_days,
  negative_cycle_count,
  -- greatest() would pass over a missing quota and say that none is left.
  CASE WHEN quota_amount IS NOT NULL THEN greatest(quota_amount - coalesce(won_amount, 0), 0) END AS remaining_quota_amount,
  open_count,
  open_amount,
  open_weighted_amount,
  CASE
    WHEN :today <= :period_to AND quota_amount > coalesce(won_amount, 0)
    THEN round(coalesce(open_amount, 0) / (quota_amount - coalesce(won_amount, 0)), 6)
  END AS coverage_ratio,
  coalesce(won_amount >= quota_amount, false) AS is_quota_met,
  overdue_count,
  overdue_amount,
  undated_count,
  ahead_count,
  other_currency_count
FROM figures, (SELECT sum(quota_amount) AS quota_amount FROM quotas) AS quota
