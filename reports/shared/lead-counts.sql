    coalesce(sum(lead_count), 0)::bigint AS created_count,
    coalesce(sum(lead_count) FILTER (WHERE outcome NOT IN ('open', 'unqualified')), 0)::bigint AS converted_count,
    coalesce(sum(lead_count) FILTER (WHERE outcome = 'open'), 0)::bigint AS undecided_count,
    coalesce(sum(lead_count) FILTER (WHERE age > 30), 0)::bigint AS old_30_count,
    coalesce(sum(lead_count) FILTER (WHERE age > 30 AND outcome IN ('before_creation', 'within_30_days')), 0)::bigint
      AS within_30_count,
    coalesce(sum(lead_count) FILTER (WHERE age > 60), 0)::bigint AS old_60_count,
    coalesce(
      sum(lead_count) FILTER (WHERE age > 60 AND outcome IN ('before_creation', 'within_30_days', 'within_60_days')), 0
    )::bigint AS within_60_count,
    coalesce(sum(lead_count) FILTER (WHERE age > 90), 0)::bigint AS old_90_count,
    coalesce(
      sum(lead_count) FILTER (
        WHERE age > 90 AND outcome IN ('before_creation', 'within_30_days', 'within_60_days', 'within_90_days')
      ), 0
    )::bigint AS within_90_count,
    coalesce(sum(lead_count) FILTER (WHERE outcome = 'before_creation'), 0)::bigint AS negative_count
