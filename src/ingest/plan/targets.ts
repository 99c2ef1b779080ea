/** How an import may find a record of a table: SQL over the table's row `t`, compared with the value in the file. */
export interface Finder {
  /** SQL for the record's side. */
  sql: string;
  /** Whether upper and lower case are one. */
  foldsCase?: true;
  /** Column that takes the value when the record is created; without it, it cannot be. */
  fills?: string;
}

export interface Target {
  /** Columns that make a row the same row in the next import. */
  key: readonly string[];
  finders?: Readonly<Record<string, Finder>>;
  /** Values of key columns that a mapping may leave out. */
  keyDefaults?: Readonly<Record<string, string>>;
  /** Kinds of records that a row may be linked to, by way of a junction table. */
  links?: Readonly<Record<string, { table: string; column: string; into: string }>>;
  /** Word for one record, in messages. */
  one: string;
}

const EXTERNAL = ["source", "external_id"] as const;
const byExternalId = (fills?: string): Finder => ({
  sql: "t.external_id",
  ...(fills && { fills }),
});
const byName = (foldsCase?: true): Finder => ({
  sql: "t.name",
  fills: "name",
  ...(foldsCase && { foldsCase }),
});
const byEmail: Finder = { sql: "t.email", foldsCase: true, fills: "email" };

const link = (table: string, column: string) => ({
  table,
  column,
  into: `activity_${table}`,
});

/** The tables that an import may write, and nothing else. */
export const targets = {
  teams: {
    one: "team",
    key: EXTERNAL,
    finders: { external_id: byExternalId("name"), name: byName() },
  },
  users: {
    one: "user",
    key: EXTERNAL,
    finders: {
      external_id: byExternalId(),
      email: byEmail,
      full_name: { sql: "concat_ws(' ', t.first_name, t.last_name)", foldsCase: true },
    },
  },
  companies: {
    one: "company",
    key: EXTERNAL,
    finders: { external_id: byExternalId("name"), name: byName(true) },
  },
  contacts: {
    one: "contact",
    key: EXTERNAL,
    finders: { external_id: byExternalId(), email: byEmail },
  },
  leads: { one: "lead", key: EXTERNAL, finders: { external_id: byExternalId(), email: byEmail } },
  products: {
    one: "product",
    key: EXTERNAL,
    finders: { external_id: byExternalId("name"), name: byName() },
  },
  opportunities: {
    one: "opportunity",
    key: EXTERNAL,
    finders: { external_id: byExternalId(), name: { sql: "t.name", foldsCase: true } },
  },
  opportunity_contacts: { one: "role in a deal", key: ["opportunity_id", "contact_id"] },
  quotes: { one: "quote", key: EXTERNAL, finders: { external_id: byExternalId() } },
  quote_line_items: { one: "quote line", key: EXTERNAL },
  activities: {
    one: "activity",
    key: [...EXTERNAL, "created_at"],
    links: {
      contacts: link("contacts", "contact_id"),
      opportunities: link("opportunities", "opportunity_id"),
      cases: link("cases", "case_id"),
      companies: link("companies", "company_id"),
    },
  },
  cases: {
    one: "case",
    key: EXTERNAL,
    finders: { external_id: byExternalId(), case_number: { sql: "t.case_number::text" } },
  },
  conversations: {
    one: "conversation",
    key: ["call_id"],
    finders: { call_id: { sql: "t.call_id" } },
  },
  conversation_signals: {
    one: "signal",
    key: ["call_id", "signal_name", "scoring_version"],
    keyDefaults: { scoring_version: "1" },
  },
  fiscal_periods: { one: "fiscal period", key: ["name"], finders: { name: { sql: "t.name" } } },
  quotas: { one: "quota", key: EXTERNAL },
  exchange_rates: { one: "exchange rate", key: ["from_currency", "to_currency", "valid_from_on"] },
} as const satisfies Record<string, Target>;

export type TargetName = keyof typeof targets;

export const targetNames = Object.keys(targets) as unknown as [TargetName, ...TargetName[]];

/** What is known of a table. */
export const targetOf = (name: TargetName): Target => targets[name];

export const isTarget = (name: string): name is TargetName => Object.hasOwn(targets, name);

/** Column that other tables point to. */
export const idOf = (table: string) => (table === "conversations" ? "call_id" : "id");
