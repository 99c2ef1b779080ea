    AND owner_user_id = ANY (ARRAY(SELECT user_id FROM asked_people))
