-- Up Migration

-- Every view over time has a day, for spreadsheets, and an instant, for tools such as Grafana that place points in time. Sums of
-- amounts have a precision: tools that ask a numeric for it round, or refuse, where there is none.

CREATE FUNCTION mart.redefine_view(reporting_view text, definition text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  view regclass := format('reporting.%I', reporting_view);
  about text := obj_description(view, 'pg_class');
  comments jsonb;
  one record;
BEGIN
  SELECT jsonb_object_agg(attname, col_description(view, attnum)) INTO comments
  FROM pg_attribute
  WHERE attrelid = view AND attnum > 0 AND NOT attisdropped;
  EXECUTE format('DROP VIEW reporting.%I', reporting_view);
  EXECUTE format('CREATE VIEW reporting.%I WITH (security_barrier) AS %s', reporting_view, definition);
  EXECUTE format('GRANT SELECT ON reporting.%I TO tidemark_reader', reporting_view);
  EXECUTE format('COMMENT ON VIEW reporting.%I IS %L', reporting_view, about);
  FOR one IN
    SELECT attname, comments ->> attname AS description
    FROM pg_attribute
    WHERE attrelid = format('reporting.%I', reporting_view)::regclass AND attnum > 0 AND comments ? attname
  LOOP
    EXECUTE format('COMMENT ON COLUMN reporting.%I.%I IS %L', reporting_view, one.attname, one.description);
  END LOOP;
END
$$;
COMMENT ON FUNCTION mart.redefine_view(text, text) IS
  'Makes a view of reporting anew, whatever its columns were, with its comments and rights. What pages read in own_rows and all_rows '
  'stays as it was.';

CREATE FUNCTION mart.suit_tools(
  reporting_view text, day_column text, instant_column text, amounts text[] DEFAULT '{}'
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  view regclass := format('reporting.%I', reporting_view);
BEGIN
  PERFORM mart.redefine_view(reporting_view, format(
    -- A second before, the day before has not ended yet: right also where clocks go forward or back at midnight.
    $template$
      SELECT
        %1$s,
        ((%3$I::timestamp - interval '1 second') AT TIME ZONE (SELECT ops.business_time_zone())) + interval '1 second' AS %4$I
      FROM (%2$s) AS suited
    $template$,
    (
      SELECT string_agg(
        CASE WHEN attname = ANY (amounts) THEN format('%1$I::numeric(38, 4) AS %1$I', attname) ELSE quote_ident(attname) END,
        ', ' ORDER BY attnum
      )
      FROM pg_attribute
      WHERE attrelid = view AND attnum > 0
    ),
    rtrim(pg_get_viewdef(view), ';'), day_column, instant_column
  ));
  EXECUTE format('COMMENT ON COLUMN reporting.%I.%I IS %L', reporting_view, instant_column,
    format('Instant at which the day in %s begins in the business time zone.', day_column));
END
$$;
COMMENT ON FUNCTION mart.suit_tools(text, text, text, text[]) IS
  'Gives a view of reporting a last column with the first instant, in the business time zone, of the day in another, and sums of amounts '
  'as many decimals as amounts have.';

CREATE FUNCTION mart.unsuit_tools(reporting_view text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM mart.redefine_view(
    reporting_view,
    substring(pg_get_viewdef(format('reporting.%I', reporting_view)::regclass) FROM '\n   FROM \((.*)\) suited;$')
  );
END
$$;
COMMENT ON FUNCTION mart.unsuit_tools(text) IS 'Takes away what mart.suit_tools gave.';

SELECT mart.suit_tools(name, day_column, instant_column, amounts)
FROM (
  VALUES
    ('deal_days', 'close_on', 'day_at', '{amount_sum,weighted_sum}'::text[]),
    ('forecast_days', 'close_on', 'day_at', '{amount_sum,weighted_sum}'),
    ('signal_outcome_days', 'close_on', 'day_at', '{amount_sum}'),
    ('pipeline_steps', 'day_on', 'day_at', '{amount_sum,weighted_sum}'),
    ('lead_days', 'created_on', 'day_at', '{}'),
    ('rep_daily_activities', 'activity_on', 'day_at', '{}'),
    ('annotations', 'day_on', 'day_at', '{}'),
    ('won_deal_lines', 'close_on', 'day_at', '{}'),
    ('call_weeks', 'week_on', 'week_at', '{}'),
    ('signal_weeks', 'week_on', 'week_at', '{}'),
    ('rep_weekly_calls', 'week_on', 'week_at', '{}'),
    ('rep_score_spans', 'starts_on', 'starts_at', '{}'),
    ('quotas', 'starts_on', 'starts_at', '{}'),
    ('fiscal_periods', 'starts_on', 'starts_at', '{}'),
    ('exchange_rates', 'valid_from_on', 'valid_from_at', '{}')
) AS views (name, day_column, instant_column, amounts);

-- Down Migration

SELECT mart.unsuit_tools(name)
FROM unnest(
  '{deal_days,forecast_days,signal_outcome_days,lead_days,pipeline_steps,rep_daily_activities,annotations,won_deal_lines,call_weeks,'
  'signal_weeks,rep_weekly_calls,rep_score_spans,quotas,fiscal_periods,exchange_rates}'::text[]
) AS name;
DROP FUNCTION mart.unsuit_tools(text);
DROP FUNCTION mart.suit_tools(text, text, text, text[]);
DROP FUNCTION mart.redefine_view(text, text);
