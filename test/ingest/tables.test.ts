import { expect } from "chai";
import { Workbench } from "./support.ts";

const FILES = {
  "people.csv": "id,email\nann,ann@example.com\nbob,bob@example.com\n",
  "companies.csv": "id,name\nacme,Acme\n",
  "contacts.csv":
    "id,name,mail,company\nc1,Cleo Vance,cleo@acme.example,acme\nc2,Dan Orr,dan@acme.example,acme\n",
  "deals.csv": "id,company,owner\nd1,acme,ann\nd2,acme,bob\n",
  "roles.csv": "deal,contact,role\nd1,c1,Decision Maker\nd1,c2,User\nd1,c9,User\n",
  "quotes.csv": "id,deal,until\nq1,d1,31/12/2024\n",
  "lines.csv":
    "id,quote,product,quantity,price,discount\nl1,q1,Widget,3,10.00,10\nl2,q1,Widget,0,10.00,0\nl3,q1,Widget,1,10,150\n",
  "cases.csv":
    "id,no,company,subject,priority,opened\nk1,1001,acme,It broke,High,2024-03-01T09:00Z\n",
  "activities.csv":
    "id,type,at,done,who,deal,case\na1,Call,2019-02-03 10:00,2019-02-03 10:30,ann,d1,\na2,Meeting,2031-05-06 10:00,,bob,d2,1001\na3,Fax,2019-02-03 10:00,,ann,,\na4,Task,0201-02-03 10:00,,ann,,\n",
  "periods.csv": "name,kind,year,from,to\nSpecial quarter,quarter,1999,1999-01-01,1999-03-31\n",
  "quotas.csv": 'who,period,amount\nann,Special quarter,"100.000,00"\nbob,Special quarter,-5\n',
  "rates.csv": "day,usd\n2024-01-01,1.1050\n2024-02-01,0\n2024-01-01,1.2\n",
  "calls.jsonl":
    '{"call": "x1", "rep": "ann@example.com", "deal": "d1", "at": "2024-01-05T10:00:00Z", "people": [{"name": "Cleo"}], "talk": 0.4, "mood": 7}\n{"call": "x2", "rep": "ann@example.com", "deal": "d1", "at": "2024-01-06T10:00:00Z", "people": {}, "talk": 0.5, "mood": null}\n',
};

const by = (column: string, how: string, more: object = {}) => ({
  column,
  lookup: { by: how, ...more },
});

const STEPS = [
  { file: "people.csv", table: "users", columns: { external_id: "id", email: "email" } },
  { file: "companies.csv", table: "companies", columns: { external_id: "id", name: "name" } },
  {
    file: "contacts.csv",
    table: "contacts",
    columns: {
      external_id: "id",
      first_name: { column: "name", part: "first_name" },
      last_name: { column: "name", part: "last_name" },
      email: "mail",
      company_id: by("company", "external_id"),
    },
  },
  {
    file: "deals.csv",
    table: "opportunities",
    columns: {
      external_id: "id",
      name: "id",
      company_id: by("company", "external_id"),
      owner_user_id: by("owner", "external_id"),
    },
  },
  {
    file: "roles.csv",
    table: "opportunity_contacts",
    columns: {
      opportunity_id: by("deal", "external_id"),
      contact_id: by("contact", "external_id"),
      role: "role",
    },
  },
  {
    file: "quotes.csv",
    table: "quotes",
    columns: {
      external_id: "id",
      opportunity_id: by("deal", "external_id"),
      valid_until: { column: "until", format: "dd/MM/yyyy" },
    },
  },
  {
    file: "lines.csv",
    table: "quote_line_items",
    columns: {
      external_id: "id",
      quote_id: by("quote", "external_id"),
      product_id: by("product", "name", { create: true }),
      quantity: "quantity",
      unit_price: "price",
      discount_rate: { column: "discount", number: { scale: 0.01 } },
    },
  },
  {
    file: "cases.csv",
    table: "cases",
    columns: {
      external_id: "id",
      case_number: "no",
      company_id: by("company", "external_id"),
      subject: "subject",
      priority: "priority",
      created_at: "opened",
    },
  },
  {
    file: "activities.csv",
    table: "activities",
    columns: {
      external_id: "id",
      activity_type: "type",
      activity_date: "at",
      created_at: "at",
      completed_at: "done",
      owner_user_id: by("who", "external_id"),
    },
    links: { opportunities: by("deal", "external_id"), cases: by("case", "case_number") },
  },
  {
    file: "periods.csv",
    table: "fiscal_periods",
    columns: { name: "name", kind: "kind", fiscal_year: "year", starts_on: "from", ends_on: "to" },
  },
  {
    file: "quotas.csv",
    table: "quotas",
    columns: {
      external_id: { template: "{who} {period}" },
      owner_user_id: by("who", "external_id"),
      fiscal_period_id: by("period", "name"),
      amount: { column: "amount", number: { decimal: ",", group: "." } },
    },
  },
  {
    file: "rates.csv",
    table: "exchange_rates",
    columns: {
      from_currency: { constant: "EUR" },
      to_currency: { constant: "USD" },
      valid_from_on: "day",
      rate: "usd",
    },
  },
  {
    file: "calls.jsonl",
    table: "conversations",
    columns: {
      call_id: "call",
      rep_user_id: by("rep", "email"),
      opportunity_id: by("deal", "external_id"),
      started_at: "at",
      participants: "people",
    },
  },
  {
    name: "Signals",
    file: "calls.jsonl",
    table: "conversation_signals",
    columns: { call_id: "call", scored_at: "at" },
    signals: { talk_share: "talk", mood: { column: "mood", number: { scale: 10 } } },
  },
];

describe("every kind of table", () => {
  let bench: Workbench;

  before(async () => {
    bench = await Workbench.open();
  });

  after(() => bench.close());

  it("is loaded in one go, with a reason for each bad row", async () => {
    const result = await bench.import(FILES, STEPS);
    const bad = result.steps.flatMap((step) =>
      step.examples.map(({ line, column, reason }) => `${step.table} ${line} ${column}: ${reason}`),
    );
    expect(bad).to.deep.equal([
      'opportunity_contacts 4 contact: there is no contact with the external id "c9"',
      "quote_line_items 3 quantity: must be more than 0",
      "quote_line_items 4 discount: must be from 0 to 1",
      'activities 4 type: "Fax" is not one of Call, Email, Meeting, Task, Note',
      "activities 5 at: activities are kept by month from 1990 to five years from now",
      "quotas 3 amount: must not be negative",
      "exchange_rates 3 usd: must be more than 0",
      "exchange_rates 4 day: the same exchange rate as in line 2",
      "conversations 2 people: must be a JSON list",
      'conversation_signals 2 call: there is no conversation with the call id "x2"',
    ]);
    expect(result.steps.at(-1)).to.include({
      step: "Signals: mood",
      read: 2,
      inserted: 1,
      skipped: 1,
    });
  });

  it("holds what the files say", async () => {
    expect(await bench.value("SELECT sum(line_amount)::text FROM crm.quote_line_items")).to.equal(
      "27.0000",
    );
    expect(await bench.value("SELECT amount::text FROM crm.quotas")).to.equal("100000.0000");
    expect(await bench.value("SELECT count(*)::integer FROM crm.opportunity_contacts")).to.equal(2);
    expect(await bench.value("SELECT valid_until::text FROM crm.quotes")).to.equal("2024-12-31");
    expect(
      await bench.rows(
        "SELECT call_id, signal_name, signal_value::text FROM crm.conversation_signals ORDER BY signal_name",
      ),
    ).to.deep.equal([
      { call_id: "x1", signal_name: "mood", signal_value: "70" },
      { call_id: "x1", signal_name: "talk_share", signal_value: "0.4" },
    ]);
  });

  it("puts activities into the months that they need, and links them", async () => {
    expect(
      await bench.rows(
        "SELECT tableoid::regclass::text AS part, external_id FROM crm.activities ORDER BY external_id",
      ),
    ).to.deep.equal([
      { part: "crm.activities_y2019m02", external_id: "a1" },
      { part: "crm.activities_y2031m05", external_id: "a2" },
    ]);
    expect(await bench.value("SELECT to_regclass('crm.activities_y0201m02')")).to.equal(null);
    expect(await bench.value("SELECT count(*)::integer FROM crm.activity_opportunities")).to.equal(
      2,
    );
    expect(await bench.value("SELECT count(*)::integer FROM crm.activity_cases")).to.equal(1);
  });

  it("stays as it is the second time", async () => {
    const again = await bench.import(FILES, STEPS);
    expect(again).to.include({ inserted: 0, updated: 0 });
    expect(await bench.value("SELECT count(*)::integer FROM crm.activity_opportunities")).to.equal(
      2,
    );
  });
});
