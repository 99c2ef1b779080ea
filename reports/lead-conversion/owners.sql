-- Who has leads of the period, and how many. Sums have whole months, and the leads of the days around these are counted.
whole AS (
  SELECT
    date_trunc('month', :period_from + interval '1 month' - interval '1 day')::date AS from_on,
    (
      date_trunc('month', :period_through::timestamp)
      + CASE
        WHEN EXISTS (
          SELECT
          FROM reporting.lead_conversion
          WHERE created_on
            BETWEEN :period_through + 1 AND (date_trunc('month', :period_through::timestamp) + interval '1 month - 1 day')::date
        )
        THEN interval '0'
        -- A month that has come this far is whole, as long as nothing is in the rest of it.
        ELSE interval '1 month'
      END
    )::date AS until_on
  WHERE
-- include: owner-sums.sql
),
owners AS (
  SELECT owner_user_id, sum(lead_count)::bigint AS lead_count
  FROM (
    SELECT owner_user_id, lead_count
    FROM reporting.owner_lead_months
    WHERE month_on BETWEEN :period_from AND :period_through
      AND month_on >= (SELECT from_on FROM whole)
      AND month_on < (SELECT until_on FROM whole)
      AND (:owner IS NULL OR owner_user_id = ANY (:owner))
-- include: ../shared/of-team.sql
    UNION ALL
    SELECT owner_user_id, 1
    FROM (
-- include: now.sql
        AND created_on <= (SELECT from_on - 1 FROM whole)
    ) AS before_months
    UNION ALL
    SELECT owner_user_id, 1
    FROM (
-- include: now.sql
        AND created_on >= (SELECT greatest(from_on, until_on) FROM whole)
    ) AS after_months
    UNION ALL
    SELECT owner_user_id, 1
    FROM (
-- include: now.sql
        AND NOT
-- include: owner-sums.sql
    ) AS leads
  ) AS parts
  GROUP BY owner_user_id
  HAVING sum(lead_count) <> 0
)
