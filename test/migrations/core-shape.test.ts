import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

/** What every core table has, asked from the catalogue, so that a new table cannot forget it. */
describe("the shape of the core", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.drop());

  const names = async (sql: string, values: unknown[] = []) =>
    (await db.pool.query<{ name: string }>(sql, values)).rows.map(({ name }) => name);

  it("has the tables that the design names", async () => {
    const tables = await names(
      `SELECT relname AS name FROM pg_class
       WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
    );
    expect(tables).to.have.members(
      `users teams roles permissions user_roles role_permissions companies contacts leads opportunities
       opportunity_stages opportunity_contacts opportunity_history products quotes quote_line_items activities
       activity_contacts activity_opportunities activity_cases activity_companies cases case_events quotas
       fiscal_periods exchange_rates custom_field_definitions conversations conversation_signals
       contact_secrets annotations`.split(/\s+/),
    );
  });

  it("says of each table what a row is", async () => {
    const silent = await names(
      `SELECT relname AS name FROM pg_class
       WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
         AND obj_description(oid, 'pg_class') IS NULL`,
    );
    expect(silent).to.deep.equal([]);
  });

  it("has an index that begins with the columns of each foreign key", async () => {
    const bare = await names(
      `SELECT conrelid::regclass || ' ' || conname AS name
       FROM pg_constraint
       WHERE contype = 'f' AND connamespace = 'crm'::regnamespace AND conparentid = 0
         AND NOT EXISTS (
           SELECT FROM pg_index
           WHERE indrelid = conrelid AND indpred IS NULL
             AND (indkey::int2[])[0:cardinality(conkey) - 1] @> conkey
         )`,
    );
    expect(bare).to.deep.equal([]);
  });

  it("stamps updated_at by trigger wherever the column is", async () => {
    const bare = await names(
      `SELECT relname AS name
       FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'updated_at'
       WHERE relnamespace IN ('crm'::regnamespace, 'ops'::regnamespace) AND relkind IN ('r', 'p') AND NOT relispartition
         AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid AND tgname = 'set_updated_at')`,
    );
    expect(bare).to.deep.equal([]);
  });

  it("keeps source and external_id unique together", async () => {
    const bare = await names(
      `SELECT relname AS name
       FROM pg_class
       JOIN pg_attribute AS external ON external.attrelid = pg_class.oid AND external.attname = 'external_id'
       JOIN pg_attribute AS source ON source.attrelid = pg_class.oid AND source.attname = 'source'
       WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
         AND NOT EXISTS (
           SELECT FROM pg_index
           WHERE indrelid = pg_class.oid AND indisunique
             AND (indkey::int2[])[0:1] = ARRAY[source.attnum, external.attnum]
         )`,
    );
    expect(bare).to.deep.equal([]);
  });

  it("uses timestamptz for times, numeric for money, uuid for ids", async () => {
    const odd = await names(
      `SELECT table_name || '.' || column_name || ' ' || data_type AS name
       FROM information_schema.columns
       WHERE table_schema = 'crm' AND table_name !~ '_y\\d{4}m\\d\\d$' AND (
         (column_name LIKE '%\\_at' AND data_type <> 'timestamp with time zone')
         OR (column_name LIKE '%amount' AND data_type <> 'numeric')
         OR (column_name LIKE '%\\_id' AND column_name NOT IN ('call_id', 'external_id') AND data_type <> 'uuid')
         OR data_type IN ('timestamp without time zone', 'real', 'double precision', 'money', 'character varying')
       )`,
    );
    expect(odd).to.deep.equal([]);
  });

  it("has the special indexes", async () => {
    const { rows } = await db.pool.query<{ name: string; definition: string }>(
      `SELECT indexname AS name, indexdef AS definition FROM pg_indexes WHERE schemaname = 'crm'`,
    );
    const definition = (name: string) => rows.find((row) => row.name === name)?.definition ?? "";
    expect(definition("opportunities_open_by_owner_idx")).to.match(
      /\(owner_user_id\) WHERE .*Closed Won/,
    );
    expect(definition("contacts_company_lookup_idx")).to.match(
      /INCLUDE \(first_name, last_name, email, title\)/,
    );
    for (const entity of [
      "companies",
      "contacts",
      "leads",
      "opportunities",
      "cases",
      "conversations",
    ]) {
      expect(definition(`${entity}_custom_fields_idx`)).to.match(/USING gin \(custom_fields\)/);
    }
    expect(definition("activities_notes_tsv_idx")).to.match(/USING gin/);
    expect(definition("cases_description_tsv_idx")).to.match(/USING gin/);
    expect(definition("conversations_transcript_tsv_idx")).to.match(/USING gin/);
    expect(definition("conversations_raw_response_idx")).to.match(/USING gin/);
  });

  it("answers a list of a company's people from the index alone", async () => {
    const { rows } = await db.pool
      .query(
        `SET enable_seqscan = off; SET enable_bitmapscan = off;
       EXPLAIN SELECT first_name, last_name, email, title FROM crm.contacts
       WHERE company_id = '00000000-0000-0000-0000-000000000001'`,
      )
      .then((results) => (results as unknown as { rows: { "QUERY PLAN": string }[] }[])[2]!);
    expect(rows[0]?.["QUERY PLAN"]).to.match(/^Index Only Scan using contacts_company_lookup_idx/);
  });
});
