/**
 * Per signal, what its quartiles say about winning: rates per quartile, p of any difference (chi-square) and of a
 * trend (Cochran–Armitage). Closed deals, calls before the close only, the newest score of each.
 */
export const signalEvidence = `
  WITH newest AS (
    SELECT DISTINCT ON (call_id, signal_name) call_id, signal_name, signal_value
    FROM crm.conversation_signals
    ORDER BY call_id, signal_name, scored_at DESC, scoring_version DESC
  ), deals AS (
    SELECT opportunities.id, signal_name, avg(signal_value) AS value, stage = 'Closed Won' AS is_won
    FROM crm.opportunities
    JOIN crm.conversations ON opportunity_id = opportunities.id AND started_at < stage_changed_at
    JOIN newest USING (call_id)
    WHERE stage IN ('Closed Won', 'Closed Lost')
    GROUP BY opportunities.id, signal_name
  ), cut_points AS (
    SELECT signal_name, percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY value) AS at
    FROM deals
    GROUP BY signal_name
  ), quartiles AS (
    SELECT
      signal_name,
      1 + (value > at[1])::integer + (value > at[2])::integer + (value > at[3])::integer AS quartile,
      count(*)::double precision AS n,
      count(*) FILTER (WHERE is_won)::double precision AS won
    FROM deals
    JOIN cut_points USING (signal_name)
    GROUP BY 1, 2
  ), totals AS (
    SELECT signal_name, sum(n) AS n, sum(won) / sum(n) AS rate, sum(quartile * n) / sum(n) AS mean_quartile
    FROM quartiles
    GROUP BY signal_name
  )
  SELECT
    signal_name,
    array_agg(quartiles.won / quartiles.n ORDER BY quartile) AS rates,
    stats.chi_square_p(sum((won - quartiles.n * rate) ^ 2 / (quartiles.n * rate * (1 - rate))), 3) AS difference_p,
    stats.normal_two_sided_p(
      sum((quartile - mean_quartile) * won)
      / sqrt(max(rate * (1 - rate)) * sum(quartiles.n * (quartile - mean_quartile) ^ 2))
    ) AS trend_p
  FROM quartiles
  JOIN totals USING (signal_name)
  GROUP BY signal_name`;
