import type pg from "pg";
import { addPerson } from "./people.ts";

export interface Organization {
  /** Ids, by first name. */
  people: Readonly<Record<string, string>>;
  /** Whose rows each should see, and about what. */
  expected: Readonly<
    Record<string, { sees: readonly string[] | "all"; topics: readonly string[] }>
  >;
}

const PEOPLE = [
  ["east", "Sales Manager", null, "East"],
  ["ann", "Sales Representative", "east", "East"],
  ["bob", "Sales Representative", null, "West"],
  ["sue", "Support Manager", null, null],
  ["finance", "Finance", null, null],
  ["admin", "Administrator", null, null],
  ["nobody", null, "east", null],
] as const;

const sales = ["sales", "conversations"];

/** A manager over a rep, another rep, support, finance, an administrator, somebody without a role, and rows of all that they own. */
export async function addOrganization(pool: pg.Pool): Promise<Organization> {
  const people: Record<string, string> = {};
  for (const [name, role, manager, team] of PEOPLE) {
    people[name] = await addPerson(pool, name);
    await pool.query(
      "INSERT INTO crm.teams (name) SELECT $1::text WHERE $1 IS NOT NULL ON CONFLICT DO NOTHING",
      [team],
    );
    await pool.query(
      "UPDATE crm.users SET manager_user_id = $2::uuid, team_id = (SELECT id FROM crm.teams WHERE name = $3::text) WHERE id = $1",
      [people[name], manager && people[manager], team],
    );
    await pool.query(
      "INSERT INTO crm.user_roles SELECT $1, id FROM crm.roles WHERE role_name = $2::text",
      [people[name], role],
    );
  }
  await pool.query(REFERENCE);
  // What nobody owns is there too.
  for (const [index, name] of ["ann", "bob", "nobody", "unowned"].entries())
    await pool.query(
      SALES.replaceAll("NAME", name)
        .replaceAll("N000", `${(index + 1) * 1111}`)
        .replaceAll("OWNER", sqlOf(people[name])),
    );
  for (const name of ["sue", "bob", "unowned"])
    await pool.query(SERVICE.replaceAll("NAME", name).replaceAll("OWNER", sqlOf(people[name])));
  return {
    people,
    expected: {
      east: { sees: ["east", "ann", "nobody"], topics: sales },
      ann: { sees: ["ann"], topics: sales },
      bob: { sees: ["bob"], topics: sales },
      sue: { sees: ["sue"], topics: ["service", "conversations"] },
      finance: { sees: "all", topics: ["sales"] },
      admin: { sees: "all", topics: ["sales", "conversations", "service"] },
      nobody: { sees: [], topics: [] },
    },
  };
}

const sqlOf = (id: string | undefined) => (id === undefined ? "NULL" : `'${id}'`);

const REFERENCE = `
  SELECT crm.generate_fiscal_periods(1, 2026, 2026);
  SELECT crm.ensure_activity_partitions('2026-10-01', '2026-12-31');
  INSERT INTO crm.products (name) VALUES ('Tide');
  INSERT INTO crm.exchange_rates (from_currency, to_currency, valid_from_on, rate) VALUES ('EUR', 'USD', '2026-01-01', 1.1);
  INSERT INTO crm.custom_field_definitions (entity, key, label, data_type) VALUES ('companies', 'region', 'Region', 'text')`;

/** One of each, named after its owner. */
const SALES = `
  INSERT INTO crm.companies (name, industry, owner_user_id) VALUES ('Own-NAME', 'Industry-NAME', OWNER), ('Deal-NAME', 'Industry-NAME', NULL);
  INSERT INTO crm.contacts (last_name, owner_user_id) VALUES ('own-NAME', OWNER), ('in-deal-of-NAME', NULL);
  INSERT INTO crm.contacts (last_name, company_id) SELECT 'at-' || name, id FROM crm.companies WHERE name IN ('Own-NAME', 'Deal-NAME');
  INSERT INTO crm.contact_secrets (contact_id, field, sealed, authentication_code, key_fingerprint)
  SELECT id, 'birth_date', '', sha256(''), '0123456789abcdef' FROM crm.contacts WHERE last_name = 'own-NAME';
  INSERT INTO crm.leads (last_name, company_name, industry, lead_source, owner_user_id)
  VALUES ('Lead-NAME', 'Prospect-NAME', 'Industry-NAME', 'Source-NAME', OWNER);
  INSERT INTO crm.opportunities (name, company_id, owner_user_id, amount, stage, close_date, lead_source, created_at)
  SELECT 'Sale-NAME', id, OWNER, N000, 'Closed Won', '2026-11-20', 'Source-NAME', '2026-10-02' FROM crm.companies WHERE name = 'Deal-NAME';
  INSERT INTO crm.opportunity_contacts (opportunity_id, contact_id)
  SELECT deals.id, contacts.id FROM crm.opportunities AS deals, crm.contacts
  WHERE deals.name = 'Sale-NAME' AND last_name = 'in-deal-of-NAME';
  INSERT INTO crm.quotes (opportunity_id) SELECT id FROM crm.opportunities WHERE name = 'Sale-NAME';
  INSERT INTO crm.quote_line_items (quote_id, product_id, quantity, unit_price)
  SELECT quotes.id, products.id, 1, N000 FROM crm.products, crm.quotes JOIN crm.opportunities AS deals ON deals.id = opportunity_id
  WHERE deals.name = 'Sale-NAME';
  INSERT INTO crm.quotas (owner_user_id, fiscal_period_id, amount)
  SELECT OWNER, id, N000 FROM crm.fiscal_periods WHERE name = 'FY2026 Q4' AND OWNER IS NOT NULL;
  INSERT INTO crm.conversations (call_id, rep_user_id, opportunity_id, started_at)
  SELECT 'call-NAME', OWNER, id, '2026-11-02T10:00:00Z' FROM crm.opportunities WHERE name = 'Sale-NAME';
  INSERT INTO crm.conversation_signals (call_id, signal_name, signal_value) VALUES ('call-NAME', 'empathy', N000);
  INSERT INTO crm.activities (activity_type, subject, owner_user_id, activity_date, completed_at, created_at)
  VALUES ('Call', 'Activity-NAME', OWNER, '2026-11-02T10:00:00Z', '2026-11-02T11:00:00Z', '2026-11-02T10:00:00Z');
  INSERT INTO crm.activity_contacts SELECT activities.id, activities.created_at, contacts.id FROM crm.activities, crm.contacts
  WHERE subject = 'Activity-NAME' AND last_name = 'own-NAME';
  INSERT INTO crm.activity_companies SELECT activities.id, activities.created_at, companies.id FROM crm.activities, crm.companies
  WHERE subject = 'Activity-NAME' AND name = 'Own-NAME';
  INSERT INTO crm.activity_opportunities SELECT activities.id, activities.created_at, deals.id FROM crm.activities, crm.opportunities AS deals
  WHERE subject = 'Activity-NAME' AND name = 'Sale-NAME';
  INSERT INTO crm.annotations (day_on, note, visibility, author_user_id)
  SELECT '2026-11-02', 'Note-NAME-' || visibility, visibility, OWNER FROM unnest('{team,author}'::text[]) AS visibility
  WHERE OWNER IS NOT NULL;
  INSERT INTO crm.cases (subject, owner_user_id) VALUES ('Aside-NAME', NULL);
  INSERT INTO crm.activity_cases SELECT activities.id, activities.created_at, cases.id FROM crm.activities, crm.cases
  WHERE activities.subject = 'Activity-NAME' AND cases.subject = 'Aside-NAME'`;

const SERVICE = `
  INSERT INTO crm.companies (name) VALUES ('Case-NAME');
  INSERT INTO crm.contacts (last_name, company_id) SELECT 'at-' || name, id FROM crm.companies WHERE name = 'Case-NAME';
  INSERT INTO crm.cases (subject, company_id, owner_user_id) SELECT 'Case-NAME', id, OWNER FROM crm.companies WHERE name = 'Case-NAME'`;
