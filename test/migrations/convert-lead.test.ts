import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { rejection } from "../support/refusal.ts";

interface Conversion {
  lead_id: string;
  company_id: string;
  contact_id: string;
  opportunity_id: string;
}

describe("crm.convert_lead", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.drop());

  const addLead = async (lead: Record<string, string>) => {
    const columns = Object.keys(lead);
    const { rows } = await db.pool.query<{ id: string }>(
      `INSERT INTO crm.leads (${columns.join(", ")})
       VALUES (${columns.map((_, index) => `$${index + 1}`).join(", ")}) RETURNING id`,
      Object.values(lead),
    );
    return rows[0]!.id;
  };
  const convert = async (leadId: string, companyId: string | null = null) =>
    (await db.pool.query<Conversion>("SELECT * FROM crm.convert_lead($1, $2)", [leadId, companyId]))
      .rows[0]!;
  const count = async (table: string) =>
    Number((await db.pool.query(`SELECT count(*) FROM crm.${table}`)).rows[0].count);

  it("makes company, contact and opportunity, and links them all", async () => {
    const lead = await addLead({
      first_name: "Ida",
      last_name: "Berg",
      company_name: "Fjord AS",
      email: "ida@fjord.example",
      lead_source: "Web",
    });
    const made = await convert(lead);
    const { rows } = await db.pool.query(
      `SELECT leads.status, leads.converted_at IS NOT NULL AS stamped, companies.name, contacts.last_name,
         opportunities.lead_source, opportunity_contacts.is_primary
       FROM crm.leads
       JOIN crm.contacts ON contacts.converted_from_lead_id = leads.id
       JOIN crm.companies ON companies.converted_from_lead_id = leads.id AND companies.id = contacts.company_id
       JOIN crm.opportunities ON opportunities.converted_from_lead_id = leads.id AND opportunities.company_id = companies.id
       JOIN crm.opportunity_contacts
         ON opportunity_contacts.opportunity_id = opportunities.id AND opportunity_contacts.contact_id = contacts.id
       WHERE leads.id = $1 AND opportunities.id = $2`,
      [lead, made.opportunity_id],
    );
    expect(rows).to.deep.equal([
      {
        status: "Converted",
        stamped: true,
        name: "Fjord AS",
        last_name: "Berg",
        lead_source: "Web",
        is_primary: true,
      },
    ]);
  });

  it("uses the company that is there, in whatever case its name is written", async () => {
    const first = await convert(await addLead({ last_name: "A", company_name: "Delta Mills" }));
    const second = await convert(await addLead({ last_name: "B", company_name: "DELTA mills" }));
    expect(second.company_id).to.equal(first.company_id);
    expect(second.contact_id).not.to.equal(first.contact_id);
  });

  it("uses the contact that has the address already", async () => {
    const { rows } = await db.pool.query<{ id: string }>(
      "INSERT INTO crm.contacts (last_name, email) VALUES ('Known', 'known@x.example') RETURNING id",
    );
    const made = await convert(
      await addLead({ last_name: "Known", email: "KNOWN@x.example", company_name: "X" }),
    );
    expect(made.contact_id).to.equal(rows[0]!.id);
  });

  it("refuses a lead that is unknown, and a second conversion", async () => {
    const unknown = await rejection(convert("00000000-0000-0000-0000-000000000001"));
    expect(unknown.code).to.equal("P0002");

    const lead = await addLead({ last_name: "Once" });
    await convert(lead);
    const opportunities = await count("opportunities");
    const again = await rejection(convert(lead));
    expect(again.code).to.equal("55000");
    expect(again.message).to.match(/converted already/);
    expect(await count("opportunities")).to.equal(opportunities);
  });

  it("converts once when ten ask at the same time", async () => {
    const lead = await addLead({ last_name: "Race", company_name: "Race Ltd" });
    const before = await count("opportunities");
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => convert(lead)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).to.have.length(1);
    expect(await count("opportunities")).to.equal(before + 1);
  });

  it("leaves nothing behind when it fails half-way", async () => {
    const lead = await addLead({ last_name: "Half", company_name: "Half Ltd" });
    const companies = await count("companies");
    const error = await rejection(convert(lead, "00000000-0000-0000-0000-000000000001"));
    expect(error.code).to.equal("23503");
    expect(await count("companies")).to.equal(companies);
    const { rows } = await db.pool.query("SELECT status FROM crm.leads WHERE id = $1", [lead]);
    expect(rows[0].status).to.equal("New");
  });
});
