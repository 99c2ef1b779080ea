-- Up Migration

CREATE FUNCTION crm.convert_lead(
  p_lead_id uuid,
  p_company_id uuid DEFAULT NULL,
  p_opportunity_name text DEFAULT NULL,
  p_amount numeric DEFAULT NULL,
  p_close_date date DEFAULT NULL
)
RETURNS TABLE (lead_id uuid, company_id uuid, contact_id uuid, opportunity_id uuid)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  lead crm.leads;
  contact crm.contacts;
  v_company_id uuid := p_company_id;
  v_opportunity_id uuid;
BEGIN
  -- The lock makes a second conversion wait, and then see that there was a first.
  SELECT * INTO lead FROM crm.leads WHERE id = p_lead_id FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no lead %', p_lead_id USING ERRCODE = 'no_data_found';
  ELSIF lead.status = 'Converted' THEN
    RAISE EXCEPTION 'lead % was converted already, on %', p_lead_id, lead.converted_at
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;

  -- Somebody with this address may be a contact already: the same person, not a second one.
  SELECT * INTO contact FROM crm.contacts WHERE lower(email) = lower(lead.email) FOR UPDATE;

  v_company_id := coalesce(
    v_company_id,
    contact.company_id,
    (
      SELECT id FROM crm.companies
      WHERE lower(name) = lower(lead.company_name)
      ORDER BY created_at, id
      LIMIT 1
    )
  );
  IF v_company_id IS NULL THEN
    INSERT INTO crm.companies (name, industry, owner_user_id, converted_from_lead_id)
    VALUES (
      coalesce(nullif(lead.company_name, ''), concat_ws(' ', lead.first_name, lead.last_name)),
      lead.industry, lead.owner_user_id, lead.id
    )
    RETURNING id INTO v_company_id;
  END IF;

  IF contact.id IS NULL THEN
    INSERT INTO crm.contacts (
      company_id, first_name, last_name, title, email, phone_work, owner_user_id, created_by_user_id, converted_from_lead_id
    )
    VALUES (
      v_company_id, lead.first_name, lead.last_name, lead.title, lead.email, lead.phone,
      lead.owner_user_id, crm.current_user_id(), lead.id
    )
    RETURNING * INTO contact;
  ELSE
    UPDATE crm.contacts
    SET company_id = coalesce(company_id, v_company_id),
        converted_from_lead_id = coalesce(converted_from_lead_id, lead.id)
    WHERE id = contact.id;
  END IF;

  INSERT INTO crm.opportunities (
    name, company_id, owner_user_id, amount, close_date, stage, lead_source, converted_from_lead_id
  )
  VALUES (
    coalesce(p_opportunity_name, (SELECT name FROM crm.companies WHERE id = v_company_id) || ': new business'),
    v_company_id, lead.owner_user_id, p_amount, p_close_date, 'Qualification', lead.lead_source, lead.id
  )
  RETURNING id INTO v_opportunity_id;

  INSERT INTO crm.opportunity_contacts (opportunity_id, contact_id, is_primary)
  VALUES (v_opportunity_id, contact.id, true);

  UPDATE crm.leads SET status = 'Converted', converted_at = now() WHERE id = lead.id;

  RETURN QUERY SELECT lead.id, v_company_id, contact.id, v_opportunity_id;
END
$$;
COMMENT ON FUNCTION crm.convert_lead(uuid, uuid, text, numeric, date) IS
  'Turns a lead into company, contact and opportunity in one step, using the company named, or the one of that name, or a new one. '
  'Refuses a lead that is unknown (P0002) or was converted (55000).';

-- Down Migration

DROP FUNCTION crm.convert_lead(uuid, uuid, text, numeric, date);
