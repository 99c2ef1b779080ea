-- Up Migration

SELECT mart.add_rollup(
  'signal_weeks', 'rep_weekly_scores', '{week_on,signal_name}', 'call_count',
  $template$
    SELECT week_on, signal_name, sum(call_count)::bigint AS call_count, sum(score_sum) AS score_sum
    FROM <rows> AS scores
    GROUP BY week_on, signal_name
  $template$,
  'report:conversations'
);

CREATE VIEW reporting.signal_weeks WITH (security_barrier) AS
SELECT week_on, signal_name, call_count, score_sum
FROM mart.signal_weeks_visible AS weeks;
GRANT SELECT ON reporting.signal_weeks TO tidemark_reader;
SELECT mart.add_page_views('signal_weeks');

COMMENT ON VIEW reporting.signal_weeks IS
  'How all calls together scored, week by week. One row per ISO week and numeric signal; unique by week_on, signal_name. '
  'Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.signal_weeks.week_on IS 'Monday that begins the ISO week, in the business time zone.';
COMMENT ON COLUMN reporting.signal_weeks.signal_name IS 'Signal that the calls were scored for.';
COMMENT ON COLUMN reporting.signal_weeks.call_count IS 'Calls of that week with a score for that signal.';
COMMENT ON COLUMN reporting.signal_weeks.score_sum IS 'Sum of their scores, each call''s newest, in the signal''s own unit.';

-- With these sums, the mean over any weeks has its spread and its slope, as if each week were read.
SELECT mart.add_rollup(
  'rep_score_spans', 'rep_weekly_scores', '{kind,starts_on,signal_name,rep_user_id,ends_on}', 'week_count',
  $template$
    WITH weeks AS (
      SELECT
        rep_user_id,
        signal_name,
        date_trunc('month', week_on::timestamp)::date AS month_on,
        (week_on - date '2000-01-03') / 7 AS week_number,
        call_count,
        score_sum,
        mean_score
      FROM <rows> AS scores
    ),
    months AS (
      SELECT
        rep_user_id,
        signal_name,
        month_on,
        count(*) AS week_count,
        sum(call_count)::bigint AS call_count,
        sum(score_sum) AS score_sum,
        sum(mean_score) AS mean_sum,
        sum(call_count * call_count)::bigint AS call_square_sum,
        sum(call_count * call_count * mean_score) AS call_square_mean_sum,
        sum(call_count * mean_score * call_count * mean_score) AS call_mean_square_sum,
        sum(week_number) AS number_sum,
        sum(week_number * week_number) AS number_square_sum,
        sum(week_number * mean_score) AS number_mean_sum
      FROM weeks
      GROUP BY rep_user_id, signal_name, month_on
    )
    SELECT
      'month' AS kind,
      month_on AS starts_on,
      (month_on + interval '1 month')::date - 1 AS ends_on,
      rep_user_id, signal_name, week_count, call_count, score_sum, mean_sum, call_square_sum, call_square_mean_sum,
      call_mean_square_sum, number_sum, number_square_sum, number_mean_sum
    FROM months
    UNION ALL
    SELECT
      'year',
      year_on,
      (year_on + interval '1 year')::date - 1,
      rep_user_id, signal_name, sum(week_count)::bigint, sum(call_count)::bigint, sum(score_sum), sum(mean_sum), sum(call_square_sum)::bigint,
      sum(call_square_mean_sum), sum(call_mean_square_sum), sum(number_sum)::bigint, sum(number_square_sum)::bigint, sum(number_mean_sum)
    FROM months
    CROSS JOIN LATERAL (SELECT date_trunc('year', month_on::timestamp)::date AS year_on) AS year
    GROUP BY rep_user_id, signal_name, year_on
  $template$,
  'report:conversations'
);
CREATE INDEX ON mart.rep_score_spans (kind, starts_on);

CREATE VIEW reporting.rep_score_spans WITH (security_barrier) AS
SELECT
  kind, starts_on, ends_on, rep_user_id, signal_name, week_count, call_count, score_sum, mean_sum, call_square_sum,
  call_square_mean_sum, call_mean_square_sum, number_sum, number_square_sum, number_mean_sum
FROM mart.rep_score_spans_visible AS spans;
GRANT SELECT ON reporting.rep_score_spans TO tidemark_reader;
SELECT mart.add_page_views('rep_score_spans');

COMMENT ON VIEW reporting.rep_score_spans IS
  'Sums over the weeks of rep_weekly_scores that begin in a calendar month or year. One row per month or year, rep and signal; unique '
  'by kind, starts_on, rep_user_id, signal_name. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.rep_score_spans.kind IS 'month or year.';
COMMENT ON COLUMN reporting.rep_score_spans.starts_on IS 'First day of the span.';
COMMENT ON COLUMN reporting.rep_score_spans.ends_on IS 'Last day of the span, included.';
COMMENT ON COLUMN reporting.rep_score_spans.rep_user_id IS
  'Person who held the calls; 00000000-0000-0000-0000-000000000000 where that is not known.';
COMMENT ON COLUMN reporting.rep_score_spans.signal_name IS 'Signal that the calls were scored for.';
COMMENT ON COLUMN reporting.rep_score_spans.week_count IS 'Weeks with calls.';
COMMENT ON COLUMN reporting.rep_score_spans.call_count IS 'Sum of call_count.';
COMMENT ON COLUMN reporting.rep_score_spans.score_sum IS 'Sum of score_sum, in the signal''s own unit.';
COMMENT ON COLUMN reporting.rep_score_spans.mean_sum IS 'Sum of mean_score.';
COMMENT ON COLUMN reporting.rep_score_spans.call_square_sum IS 'Sum of call_count².';
COMMENT ON COLUMN reporting.rep_score_spans.call_square_mean_sum IS 'Sum of call_count² × mean_score.';
COMMENT ON COLUMN reporting.rep_score_spans.call_mean_square_sum IS 'Sum of (call_count × mean_score)².';
COMMENT ON COLUMN reporting.rep_score_spans.number_sum IS 'Sum of the weeks'' numbers, counted from the week of 3 January 2000.';
COMMENT ON COLUMN reporting.rep_score_spans.number_square_sum IS 'Sum of these numbers squared.';
COMMENT ON COLUMN reporting.rep_score_spans.number_mean_sum IS 'Sum of number × mean_score.';

-- Down Migration

SELECT mart.drop_page_views('rep_score_spans');
DROP VIEW reporting.rep_score_spans;
SELECT mart.remove_rollup('rep_score_spans');
SELECT mart.drop_page_views('signal_weeks');
DROP VIEW reporting.signal_weeks;
SELECT mart.remove_rollup('signal_weeks');
