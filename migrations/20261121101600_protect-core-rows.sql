-- Up Migration

-- The core is granted to nobody. Where somebody grants a table of it all the same, they see the rows that they see in
-- reports. Not forced on the owner, as whom refreshes, folds, triggers, imports and backups run: they need every row.

-- What is visible through something else. With the rights of the owner, so that one table can be granted without those behind it.
CREATE FUNCTION crm.visible_opportunity_ids() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT opportunities.id
  FROM crm.opportunities
  WHERE opportunities.owner_user_id = ANY ((SELECT crm.visible_user_ids('report:sales'))::uuid[]);
END;
COMMENT ON FUNCTION crm.visible_opportunity_ids() IS 'Deals of the people whose deals whoever asks may see.';

CREATE FUNCTION crm.visible_quote_ids() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT quotes.id
  FROM crm.quotes
  JOIN crm.opportunities ON opportunities.id = quotes.opportunity_id
  WHERE opportunities.owner_user_id = ANY ((SELECT crm.visible_user_ids('report:sales'))::uuid[]);
END;
COMMENT ON FUNCTION crm.visible_quote_ids() IS 'Quotes of those deals.';

CREATE FUNCTION crm.visible_case_ids() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT cases.id
  FROM crm.cases
  WHERE cases.owner_user_id = ANY ((SELECT crm.visible_user_ids('report:service'))::uuid[]);
END;
COMMENT ON FUNCTION crm.visible_case_ids() IS 'Cases of the people whose cases whoever asks may see.';

CREATE FUNCTION crm.visible_call_ids() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT conversations.call_id
  FROM crm.conversations
  WHERE conversations.rep_user_id = ANY ((SELECT crm.visible_user_ids('report:conversations'))::uuid[]);
END;
COMMENT ON FUNCTION crm.visible_call_ids() IS 'Calls of the people whose calls whoever asks may see.';

CREATE FUNCTION crm.visible_activities() RETURNS TABLE (id uuid, created_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT activities.id, activities.created_at
  FROM crm.activities
  WHERE activities.owner_user_id = ANY ((SELECT crm.visible_user_ids('report:conversations'))::uuid[]);
END;
COMMENT ON FUNCTION crm.visible_activities() IS 'Activities of the people whose activities whoever asks may see.';

CREATE FUNCTION crm.visible_company_ids() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT companies.id
  FROM crm.companies
  WHERE companies.owner_user_id = ANY ((SELECT crm.visible_user_ids(NULL))::uuid[])
  UNION
  SELECT opportunities.company_id
  FROM crm.opportunities
  WHERE opportunities.owner_user_id = ANY ((SELECT crm.visible_user_ids('report:sales'))::uuid[])
  UNION
  SELECT cases.company_id
  FROM crm.cases
  WHERE cases.owner_user_id = ANY ((SELECT crm.visible_user_ids('report:service'))::uuid[])
    AND cases.company_id IS NOT NULL;
END;
COMMENT ON FUNCTION crm.visible_company_ids() IS 'Companies of the people whose rows whoever asks may see, and those of the deals and cases that they see.';

CREATE FUNCTION crm.visible_contact_ids() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT contacts.id
  FROM crm.contacts
  WHERE contacts.owner_user_id = ANY ((SELECT crm.visible_user_ids(NULL))::uuid[])
    OR contacts.company_id IN (SELECT crm.visible_company_ids())
  UNION
  SELECT opportunity_contacts.contact_id
  FROM crm.opportunity_contacts
  WHERE opportunity_contacts.opportunity_id IN (SELECT crm.visible_opportunity_ids());
END;
COMMENT ON FUNCTION crm.visible_contact_ids() IS 'Contacts of those people, of those companies, and those who take part in a deal that whoever asks sees.';

CREATE FUNCTION crm.visible_team_ids() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT users.team_id
  FROM crm.users
  WHERE users.id = ANY ((SELECT crm.visible_user_ids(NULL))::uuid[]) AND users.team_id IS NOT NULL;
END;
COMMENT ON FUNCTION crm.visible_team_ids() IS 'Teams of the people whose rows whoever asks may see.';

-- Policies ask with the rights of whoever reads. All of these tell people about themselves only.
GRANT EXECUTE ON FUNCTION
  crm.viewer(), crm.visible_opportunity_ids(), crm.visible_quote_ids(), crm.visible_case_ids(), crm.visible_call_ids(),
  crm.visible_activities(), crm.visible_company_ids(), crm.visible_contact_ids(), crm.visible_team_ids()
TO PUBLIC;

-- Also the partitions, which have no policy of their own: their rows are read through the table that they are part of.
DO $$
DECLARE
  source regclass;
BEGIN
  FOR source IN
    SELECT oid FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'p') AND NOT relrowsecurity
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', source);
  END LOOP;
END
$$;

-- By owner. What nobody owns is for those who see all.
CREATE POLICY visible_rows ON crm.leads FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:sales'))
  OR owner_user_id = ANY ((SELECT crm.visible_user_ids('report:sales'))::uuid[])
);
CREATE POLICY visible_rows ON crm.opportunities FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:sales'))
  OR owner_user_id = ANY ((SELECT crm.visible_user_ids('report:sales'))::uuid[])
);
CREATE POLICY visible_rows ON crm.quotas FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:sales'))
  OR owner_user_id = ANY ((SELECT crm.visible_user_ids('report:sales'))::uuid[])
);
CREATE POLICY visible_rows ON crm.cases FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:service'))
  OR owner_user_id = ANY ((SELECT crm.visible_user_ids('report:service'))::uuid[])
);
CREATE POLICY visible_rows ON crm.conversations FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:conversations'))
  OR rep_user_id = ANY ((SELECT crm.visible_user_ids('report:conversations'))::uuid[])
);
CREATE POLICY visible_rows ON crm.activities FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:conversations'))
  OR owner_user_id = ANY ((SELECT crm.visible_user_ids('report:conversations'))::uuid[])
);

-- By what they are part of.
CREATE POLICY visible_rows ON crm.opportunity_history FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:sales')) OR opportunity_id IN (SELECT crm.visible_opportunity_ids())
);
CREATE POLICY visible_rows ON crm.opportunity_contacts FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:sales')) OR opportunity_id IN (SELECT crm.visible_opportunity_ids())
);
CREATE POLICY visible_rows ON crm.quotes FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:sales')) OR opportunity_id IN (SELECT crm.visible_opportunity_ids())
);
CREATE POLICY visible_rows ON crm.quote_line_items FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:sales')) OR quote_id IN (SELECT crm.visible_quote_ids())
);
CREATE POLICY visible_rows ON crm.case_events FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:service')) OR case_id IN (SELECT crm.visible_case_ids())
);
CREATE POLICY visible_rows ON crm.conversation_signals FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:conversations')) OR call_id IN (SELECT crm.visible_call_ids())
);
CREATE POLICY visible_rows ON crm.activity_contacts FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:conversations'))
  OR (activity_id, activity_created_at) IN (SELECT id, created_at FROM crm.visible_activities())
);
CREATE POLICY visible_rows ON crm.activity_opportunities FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:conversations'))
  OR (activity_id, activity_created_at) IN (SELECT id, created_at FROM crm.visible_activities())
);
CREATE POLICY visible_rows ON crm.activity_cases FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:conversations'))
  OR (activity_id, activity_created_at) IN (SELECT id, created_at FROM crm.visible_activities())
);
CREATE POLICY visible_rows ON crm.activity_companies FOR SELECT USING (
  (SELECT crm.sees_all_rows('report:conversations'))
  OR (activity_id, activity_created_at) IN (SELECT id, created_at FROM crm.visible_activities())
);

-- By whom they concern.
CREATE POLICY visible_rows ON crm.companies FOR SELECT USING (
  (SELECT crm.sees_all_rows(NULL)) OR id IN (SELECT crm.visible_company_ids())
);
CREATE POLICY visible_rows ON crm.contacts FOR SELECT USING (
  (SELECT crm.sees_all_rows(NULL)) OR id IN (SELECT crm.visible_contact_ids())
);
CREATE POLICY visible_rows ON crm.users FOR SELECT USING (
  (SELECT crm.sees_all_rows(NULL)) OR id = ANY ((SELECT crm.visible_user_ids(NULL))::uuid[])
);
CREATE POLICY visible_rows ON crm.teams FOR SELECT USING (
  (SELECT crm.sees_all_rows(NULL)) OR id IN (SELECT crm.visible_team_ids())
);
CREATE POLICY visible_rows ON crm.user_roles FOR SELECT USING (
  (SELECT crm.may('user:manage')) OR user_id::text = (SELECT crm.viewer())
);

-- What is about nobody.
CREATE POLICY every_row ON crm.roles FOR SELECT USING (true);
CREATE POLICY every_row ON crm.permissions FOR SELECT USING (true);
CREATE POLICY every_row ON crm.role_permissions FOR SELECT USING (true);
CREATE POLICY every_row ON crm.custom_field_definitions FOR SELECT USING (true);
CREATE POLICY every_row ON crm.products FOR SELECT USING (true);
CREATE POLICY every_row ON crm.opportunity_stages FOR SELECT USING (true);
CREATE POLICY every_row ON crm.fiscal_periods FOR SELECT USING (true);
CREATE POLICY every_row ON crm.exchange_rates FOR SELECT USING (true);

-- Down Migration

DO $$
DECLARE
  policy record;
BEGIN
  FOR policy IN
    SELECT polname, polrelid::regclass AS source
    FROM pg_policy
    JOIN pg_class ON pg_class.oid = polrelid
    WHERE relnamespace = 'crm'::regnamespace
  LOOP
    EXECUTE format('DROP POLICY %I ON %s', policy.polname, policy.source);
  END LOOP;
END
$$;
DO $$
DECLARE
  source regclass;
BEGIN
  FOR source IN SELECT oid FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relrowsecurity AND NOT relispartition LOOP
    EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', source);
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION crm.viewer() FROM PUBLIC;
DROP FUNCTION crm.visible_team_ids();
DROP FUNCTION crm.visible_contact_ids();
DROP FUNCTION crm.visible_company_ids();
DROP FUNCTION crm.visible_activities();
DROP FUNCTION crm.visible_call_ids();
DROP FUNCTION crm.visible_case_ids();
DROP FUNCTION crm.visible_quote_ids();
DROP FUNCTION crm.visible_opportunity_ids();
