-- Up Migration

SELECT mart.add_rollup(
  'signal_outcome_days', 'signal_outcomes', '{close_on,signal_name,quartile,status,currency}', 'deal_count',
  $template$
    SELECT
      outcomes.close_on,
      outcomes.signal_name,
      CASE
        WHEN outcomes.signal_value <= cuts.p25 THEN 1
        WHEN outcomes.signal_value <= cuts.p50 THEN 2
        WHEN outcomes.signal_value <= cuts.p75 THEN 3
        WHEN outcomes.signal_value > cuts.p75 THEN 4
      END AS quartile,
      outcomes.status,
      outcomes.currency,
      count(*) AS deal_count,
      count(outcomes.amount) AS amount_count,
      coalesce(sum(outcomes.amount), 0) AS amount_sum
    FROM <rows> AS outcomes
    LEFT JOIN mart.signal_cut_points AS cuts ON cuts.signal_name = outcomes.signal_name
    GROUP BY 1, 2, 3, 4, 5
    UNION ALL
    SELECT close_on, NULL, NULL, status, currency, count(*), count(amount), coalesce(sum(amount), 0)
    FROM (
      SELECT DISTINCT outcomes.opportunity_id, outcomes.close_on, outcomes.status, outcomes.currency, outcomes.amount
      FROM <rows> AS outcomes
    ) AS deals
    GROUP BY close_on, status, currency
  $template$,
  'report:conversations',
  also => '{signal_cut_points}',
  circumstances => '(SELECT coalesce(string_agg(concat_ws('' '', signal_name, p25, p50, p75), '' '' ORDER BY signal_name), '''') FROM mart.signal_cut_points)'
);

CREATE VIEW reporting.signal_outcome_days WITH (security_barrier) AS
SELECT close_on, signal_name, quartile, status, currency, deal_count, amount_count, amount_sum
FROM mart.signal_outcome_days_visible AS days;
GRANT SELECT ON reporting.signal_outcome_days TO tidemark_reader;
SELECT mart.add_page_views('signal_outcome_days');

COMMENT ON VIEW reporting.signal_outcome_days IS
  'Counts and sums of signal_outcomes. One row per close day, signal, quartile, status and currency; unique by close_on, signal_name, '
  'quartile, status, currency. Live, except for quartile, whose cut points are as of their last refresh.';
COMMENT ON COLUMN reporting.signal_outcome_days.close_on IS 'Day on which the deals were closed: a calendar day in no time zone.';
COMMENT ON COLUMN reporting.signal_outcome_days.signal_name IS
  'Signal of the calls; NULL: the deals with any signal, each once.';
COMMENT ON COLUMN reporting.signal_outcome_days.quartile IS
  'Quartile that the deals fall into by the signal, as in signal_outcomes; NULL until the cut points know the signal, and without a signal.';
COMMENT ON COLUMN reporting.signal_outcome_days.status IS 'won or lost.';
COMMENT ON COLUMN reporting.signal_outcome_days.currency IS 'ISO 4217 code of the amounts'' currency.';
COMMENT ON COLUMN reporting.signal_outcome_days.deal_count IS 'Deals.';
COMMENT ON COLUMN reporting.signal_outcome_days.amount_count IS 'Deals whose amount is known.';
COMMENT ON COLUMN reporting.signal_outcome_days.amount_sum IS 'Sum of these amounts, in currency; 0 where none is known.';

-- Down Migration

SELECT mart.drop_page_views('signal_outcome_days');
DROP VIEW reporting.signal_outcome_days;
SELECT mart.remove_rollup('signal_outcome_days');
