-- Up Migration

-- Everybody may have been the demo's finance, who sees all rows: with the demo goes what they have in hand.
CREATE FUNCTION ops.end_demo_access() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM ops.sessions
  USING crm.users
  WHERE users.id = sessions.user_id AND users.source = 'demo';

  UPDATE ops.api_tokens
  SET revoked_at = now()
  FROM crm.users
  WHERE users.id = api_tokens.user_id AND users.source = 'demo' AND api_tokens.revoked_at IS NULL;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION ops.end_demo_access() IS 'Row trigger: ends the sessions and revokes the tokens of the demo''s people.';
CREATE TRIGGER end_demo_access AFTER DELETE ON ops.settings
  FOR EACH ROW WHEN (OLD.key = 'demo_data') EXECUTE FUNCTION ops.end_demo_access();

-- Down Migration

DROP TRIGGER end_demo_access ON ops.settings;
DROP FUNCTION ops.end_demo_access();
