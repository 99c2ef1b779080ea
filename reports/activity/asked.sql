    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
-- include: ../shared/of-team.sql
    AND (:type IS NULL OR activity_type = ANY (:type))
