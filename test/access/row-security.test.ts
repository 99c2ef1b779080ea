import { expect } from "chai";
import type pg from "pg";
import { addBiLogin, dropLogins, type TestLogin } from "../support/bi-login.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addOrganization, type Organization } from "../support/organization.ts";
import { rejection } from "../support/refusal.ts";
import { createRole, type TestRole } from "../support/roles.ts";
import { runSql } from "../support/sql.ts";

/** Tables of the core that show nobody but the service a row, and why. */
const CLOSED: Readonly<Record<string, string>> = {
  contact_secrets: "encrypted, and read by the service for people whom the audit trail names",
};

/** What is about nobody, and may be read by everybody who is granted it. */
const REFERENCE = [
  "roles",
  "permissions",
  "role_permissions",
  "custom_field_definitions",
  "products",
  "opportunity_stages",
  "fiscal_periods",
  "exchange_rates",
];

/** The rows of each table that belong to the people of :ids, found by plain joins; `topic` is whose permission it takes. */
const OWN: Readonly<Record<string, { topic: string | null; rows: string }>> = {
  leads: { topic: "sales", rows: "owner_user_id = ANY (:ids)" },
  opportunities: { topic: "sales", rows: "owner_user_id = ANY (:ids)" },
  quotas: { topic: "sales", rows: "owner_user_id = ANY (:ids)" },
  opportunity_history: {
    topic: "sales",
    rows: "(SELECT owner_user_id FROM crm.opportunities WHERE id = opportunity_id) = ANY (:ids)",
  },
  opportunity_contacts: {
    topic: "sales",
    rows: "(SELECT owner_user_id FROM crm.opportunities WHERE id = opportunity_id) = ANY (:ids)",
  },
  quotes: {
    topic: "sales",
    rows: "(SELECT owner_user_id FROM crm.opportunities WHERE id = opportunity_id) = ANY (:ids)",
  },
  quote_line_items: {
    topic: "sales",
    rows: "(SELECT owner_user_id FROM crm.quotes JOIN crm.opportunities ON opportunities.id = opportunity_id WHERE quotes.id = quote_id) = ANY (:ids)",
  },
  cases: { topic: "service", rows: "owner_user_id = ANY (:ids)" },
  case_events: {
    topic: "service",
    rows: "(SELECT owner_user_id FROM crm.cases WHERE id = case_id) = ANY (:ids)",
  },
  conversations: { topic: "conversations", rows: "rep_user_id = ANY (:ids)" },
  conversation_signals: {
    topic: "conversations",
    rows: "(SELECT rep_user_id FROM crm.conversations AS calls WHERE calls.call_id = conversation_signals.call_id) = ANY (:ids)",
  },
  activities: { topic: "conversations", rows: "owner_user_id = ANY (:ids)" },
  activity_contacts: {
    topic: "conversations",
    rows: "(SELECT owner_user_id FROM crm.activities WHERE id = activity_id) = ANY (:ids)",
  },
  activity_opportunities: {
    topic: "conversations",
    rows: "(SELECT owner_user_id FROM crm.activities WHERE id = activity_id) = ANY (:ids)",
  },
  activity_cases: {
    topic: "conversations",
    rows: "(SELECT owner_user_id FROM crm.activities WHERE id = activity_id) = ANY (:ids)",
  },
  activity_companies: {
    topic: "conversations",
    rows: "(SELECT owner_user_id FROM crm.activities WHERE id = activity_id) = ANY (:ids)",
  },
  users: { topic: null, rows: "id = ANY (:ids)" },
  teams: {
    topic: null,
    rows: "EXISTS (SELECT FROM crm.users WHERE team_id = teams.id AND users.id = ANY (:ids))",
  },
};

describe("row-level security of the core", () => {
  let db: TestDatabase;
  let world: Organization;
  const logins: Record<string, TestLogin> = {};
  const sessions: Record<string, pg.Client> = {};
  let stranger: TestRole;
  const names: string[] = [];
  let tables: string[];

  before(async () => {
    db = await createTestDatabase();
    world = await addOrganization(db.pool);
    tables = (
      await db.pool.query<{ name: string }>(
        "SELECT relname AS name FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition",
      )
    ).rows.map(({ name }) => name);
    for (const person of Object.keys(world.people)) {
      const login = await addBiLogin(db, world.people[person] as string);
      names.push(login.name);
      logins[person] = login;
      sessions[person] = await login.connect();
      // What no operator should do.
      await db.pool.query(
        `GRANT USAGE ON SCHEMA crm TO ${login.name}; GRANT SELECT ON ALL TABLES IN SCHEMA crm TO ${login.name}`,
      );
    }
  });
  after(async () => {
    for (const session of Object.values(sessions)) await session.end();
    await db.drop();
    await dropLogins(names);
    await stranger.drop();
  });

  const catalogue = async (condition: string) =>
    (
      await db.pool.query<{ name: string }>(
        `SELECT oid::regclass::text AS name FROM pg_class
         WHERE relkind IN ('r', 'p') AND ${condition} ORDER BY 1`,
      )
    ).rows.map(({ name }) => name);
  const readAs = async (person: string, sql: string) =>
    (await sessions[person]?.query(sql))?.rows ?? [];
  const countOf = async (person: string, table: string): Promise<number> =>
    (await readAs(person, `SELECT count(*)::int AS count FROM crm.${table}`))[0].count;
  /** How many rows the person should see, by the owner's own reading. */
  const expected = async (person: string, table: string): Promise<number> => {
    const { topic, rows } = OWN[table] as { topic: string | null; rows: string };
    const { sees, topics } = world.expected[person] as { sees: string[] | "all"; topics: string[] };
    if (topic ? !topics.includes(topic) : topics.length === 0) return 0;
    const ids = sees === "all" ? [] : sees.map((name) => world.people[name]);
    const { rows: found } = await db.pool.query(
      `SELECT count(*)::int AS count FROM crm.${table} WHERE ${sees === "all" ? "$1::uuid[] IS NOT NULL" : rows.replaceAll(":ids", "$1::uuid[]")}`,
      [ids],
    );
    return found[0].count;
  };

  it("is on for every table, and for every partition", async () => {
    expect(
      await catalogue("relnamespace = 'crm'::regnamespace AND NOT relrowsecurity"),
    ).to.deep.equal([]);
  });

  it("is forced on no owner: refreshes, folds, triggers, imports and backups need every row", async () => {
    expect(
      await catalogue(
        "relnamespace IN ('crm'::regnamespace, 'ops'::regnamespace) AND relforcerowsecurity",
      ),
    ).to.deep.equal([]);
  });

  it("has one policy for reading on every table, except on those that are closed, and none for writing", async () => {
    const { rows } = await db.pool.query<{ name: string; commands: string }>(`
      SELECT relname AS name, string_agg(polcmd::text, ' ') AS commands
      FROM pg_class LEFT JOIN pg_policy ON polrelid = pg_class.oid
      WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      GROUP BY relname`);
    for (const { name, commands } of rows)
      expect(commands, name).to.equal(name in CLOSED ? null : "r");
    const { rows: ofPartitions } = await db.pool.query(
      "SELECT FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid WHERE relispartition",
    );
    expect(ofPartitions).to.deep.equal([]);
  });

  it("is known to this test for every table", () => {
    expect([
      ...Object.keys(OWN),
      ...REFERENCE,
      ...Object.keys(CLOSED),
      "annotations",
      "companies",
      "contacts",
      "user_roles",
    ]).to.have.members(tables);
  });

  it("shows everybody who is granted a table what they see in reports", async () => {
    for (const person of Object.keys(logins))
      for (const table of Object.keys(OWN))
        expect(await countOf(person, table), `${table} of ${person}`).to.equal(
          await expected(person, table),
        );
  });

  it("is told apart by this test: each table has rows that some see and others do not", async () => {
    for (const table of Object.keys(OWN)) {
      const counts = new Set<number>();
      for (const person of Object.keys(logins)) counts.add(await expected(person, table));
      expect([...counts].sort(), table)
        .to.have.length.above(2)
        .and.include(0);
    }
  });

  it("shows companies and contacts by owner, by a deal or a case that one sees, and contacts by company", async () => {
    const seen = async (person: string, table: string, name: string) =>
      (await readAs(person, `SELECT ${name} AS name FROM crm.${table} ORDER BY 1`))
        .map((row) => row.name)
        .join(" ");
    for (const [person, companies, contacts] of [
      ["ann", "Deal-ann Own-ann", "at-Deal-ann at-Own-ann in-deal-of-ann own-ann"],
      [
        "east",
        "Deal-ann Deal-nobody Own-ann Own-nobody",
        "at-Deal-ann at-Deal-nobody at-Own-ann at-Own-nobody in-deal-of-ann in-deal-of-nobody own-ann own-nobody",
      ],
      ["bob", "Deal-bob Own-bob", "at-Deal-bob at-Own-bob in-deal-of-bob own-bob"],
      ["sue", "Case-sue", "at-Case-sue"],
      ["nobody", "", ""],
    ] as const) {
      expect(await seen(person, "companies", "name"), person).to.equal(companies);
      expect(await seen(person, "contacts", "last_name"), person).to.equal(contacts);
    }
    for (const table of ["companies", "contacts"]) {
      const { rows } = await db.pool.query(`SELECT count(*)::int AS count FROM crm.${table}`);
      expect(await countOf("finance", table)).to.equal(rows[0].count);
    }
  });

  it("shows notes for everyone, for one's team, and one's own", async () => {
    await db.pool.query(
      `INSERT INTO crm.annotations (day_on, note, visibility, author_user_id)
       VALUES ('2026-11-03', 'For everyone', 'everyone', $1)`,
      [world.people.bob],
    );
    for (const [person, notes] of [
      ["ann", "For everyone, Note-ann-author, Note-ann-team"],
      ["east", "For everyone, Note-ann-team"],
      ["bob", "For everyone, Note-bob-author, Note-bob-team"],
      ["finance", "For everyone"],
      ["admin", "For everyone"],
      ["nobody", ""],
    ] as const) {
      const rows = await readAs(person, "SELECT note FROM crm.annotations ORDER BY 1");
      expect(rows.map(({ note }) => note).join(", "), person).to.equal(notes);
    }
    await db.pool.query("DELETE FROM crm.annotations WHERE visibility = 'everyone'");
  });

  it("shows one's own roles, everybody's to those who manage users, and what is about nobody to all", async () => {
    expect(await countOf("ann", "user_roles")).to.equal(1);
    expect(await countOf("nobody", "user_roles")).to.equal(0);
    const { rows } = await db.pool.query("SELECT count(*)::int AS count FROM crm.user_roles");
    expect(await countOf("finance", "user_roles")).to.equal(1);
    expect(await countOf("admin", "user_roles"))
      .to.equal(rows[0].count)
      .and.above(3);
    for (const table of REFERENCE) {
      const { rows } = await db.pool.query(`SELECT count(*)::int AS count FROM crm.${table}`);
      expect(await countOf("nobody", table), table)
        .to.equal(rows[0].count)
        .and.above(0);
    }
    for (const table of Object.keys(CLOSED)) {
      const { rows } = await db.pool.query(`SELECT count(*)::int AS count FROM crm.${table}`);
      expect(rows[0].count).to.be.above(0);
      for (const person of Object.keys(logins))
        expect(await countOf(person, table), table).to.equal(0);
    }
  });

  it("needs no more than the one table that is granted", async () => {
    const login = await addBiLogin(db, world.people.ann as string);
    names.push(login.name);
    await db.pool.query(`GRANT USAGE ON SCHEMA crm TO ${login.name}`);
    for (const table of tables) {
      await db.pool.query(`GRANT SELECT ON crm.${table} TO ${login.name}`);
      const rows = await login.query(`SELECT count(*)::int AS count FROM crm.${table}`);
      expect(rows[0]?.count, table).to.equal(await countOf("ann", table));
      await db.pool.query(`REVOKE SELECT ON crm.${table} FROM ${login.name}`);
    }
  });

  it("shows a login that Tidemark does not know nothing but what is about nobody", async () => {
    stranger = await createRole();
    await db.pool.query(
      `GRANT USAGE ON SCHEMA crm TO ${stranger.name}; GRANT SELECT ON ALL TABLES IN SCHEMA crm TO ${stranger.name}`,
    );
    for (const table of tables.filter((one) => !REFERENCE.includes(one))) {
      const [row] = await runSql(
        stranger.at(db.url),
        `SELECT set_config('tidemark.viewer', '*', false), (SELECT count(*)::int FROM crm.${table}) AS count`,
      );
      expect(row?.count, table).to.equal(0);
    }
    await db.pool.query(`REVOKE ALL ON ALL TABLES IN SCHEMA crm FROM ${stranger.name}`);
  });

  it("lets nobody write who is granted that by mistake", async () => {
    await db.pool.query(`GRANT UPDATE, DELETE, INSERT ON crm.leads TO ${logins.ann?.name}`);
    const write = async (sql: string) =>
      await logins.ann?.query(`BEGIN READ WRITE; ${sql}; COMMIT`);
    const count = async () =>
      (await db.pool.query("SELECT count(*)::int AS count FROM crm.leads WHERE industry <> ''"))
        .rows[0].count;
    const before = await count();
    await write("UPDATE crm.leads SET industry = ''");
    await write("DELETE FROM crm.leads");
    const insert = write(
      "INSERT INTO crm.leads (last_name) VALUES ('Mallory')",
    ) as Promise<unknown>;
    expect((await rejection(insert)).message).to.contain("row-level security");
    expect(await count()).to.equal(before);
    await db.pool.query(`REVOKE UPDATE, DELETE, INSERT ON crm.leads FROM ${logins.ann?.name}`);
  });

  describe("of partitions", () => {
    const partitions = () => catalogue("relispartition AND relnamespace = 'crm'::regnamespace");

    it("shows no row to whoever is granted one by itself; the table that it is part of shows theirs", async () => {
      const { rows } = await db.pool.query(
        "SELECT tableoid::regclass::text AS partition, count(*)::int FROM crm.activities GROUP BY 1",
      );
      expect(rows).to.have.length.above(0);
      for (const { partition } of rows) {
        await db.pool.query(`GRANT SELECT ON ${partition} TO ${logins.ann?.name}`);
        expect(await readAs("ann", `SELECT FROM ${partition}`), partition).to.deep.equal([]);
      }
      expect(await countOf("ann", "activities")).to.be.above(0);
    });

    it("holds for those that the service makes later", async () => {
      const before = await partitions();
      await db.pool.query("SELECT crm.ensure_activity_partitions('2031-01-01', '2031-02-28')");
      const made = (await partitions()).filter((name) => !before.includes(name));
      expect(made).to.have.length(10);
      expect(
        await catalogue(
          "relispartition AND relnamespace = 'crm'::regnamespace AND NOT relrowsecurity",
        ),
      ).to.deep.equal([]);
    });
  });

  describe("of the service's own tables", () => {
    it("is on, without a policy, and nobody is granted one", async () => {
      expect(
        await catalogue("relnamespace = 'ops'::regnamespace AND NOT relrowsecurity"),
      ).to.deep.equal([]);
      const { rows } = await db.pool.query(
        `
        SELECT oid::regclass::text AS name, acl.grantee::regrole::text AS grantee
        FROM pg_class, aclexplode(relacl) AS acl
        WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('crm', 'mart', 'ops', 'pgboss'))
          AND acl.grantee <> relowner AND acl.grantee::regrole::text <> ALL ($1)`,
        [names],
      );
      expect(rows).to.deep.equal([]);
      const { rows: policies } = await db.pool.query(
        "SELECT FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid WHERE relnamespace = 'ops'::regnamespace",
      );
      expect(policies).to.deep.equal([]);
    });
  });
});
