import { expect } from "chai";
import type pg from "pg";
import { revokePublicGrants } from "../../src/access/public-grants.ts";
import { asReader } from "../../src/db/transaction.ts";
import { foldMart } from "../../src/marts/fold.ts";
import { addBiLogin, dropLogins, type TestLogin } from "./bi-login.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { refreshMarts } from "./marts.ts";
import { addOrganization } from "./organization.ts";

/** Rows of each view of reporting, as text, in order. */
export type Sight = Record<string, string[]>;

export interface Attacker {
  login: TestLogin;
  /** Whose rows the login sees. */
  userId: string;
  /** What stands in rows that are not theirs, and in none that are. */
  hidden: RegExp;
}

export interface Siege {
  db: TestDatabase;
  /** Ids, by first name. */
  people: Readonly<Record<string, string>>;
  rep: Attacker;
  manager: Attacker;
  /** A BI login that sees all rows. */
  omniscient: TestLogin;
  /** What the service itself shows the attacker's person. */
  truthFor(attacker: Attacker): Promise<Sight>;
  lift(): Promise<void>;
}

/** About everybody, for everybody: how marts are, where the quartiles of all deals begin, and what the views are. */
export const ABOUT_ALL = [
  "contract",
  "contract_columns",
  "contract_views",
  "mart_audits",
  "mart_freshness",
  "mart_refreshes",
  "signal_cut_points",
];

/** A database as a service leaves it, with BI logins of a rep, of a manager, and of whoever sees all. */
export async function laySiege(): Promise<Siege> {
  const db = await createTestDatabase();
  const { people } = await addOrganization(db.pool);
  // A word that only one person's calls have, and the one deal that is open.
  await db.pool.query(`
    INSERT INTO crm.conversation_signals (call_id, signal_name, signal_value) VALUES ('call-bob', 'zeal-bob', 4444);
    INSERT INTO crm.opportunities (name, company_id, owner_user_id, amount, close_date)
    SELECT 'Open-bob', company_id, owner_user_id, 4444, '2026-12-20' FROM crm.opportunities WHERE name = 'Sale-bob'`);
  await db.pool.query(`
    INSERT INTO crm.products (name) SELECT 'Sold' WHERE NOT EXISTS (SELECT FROM crm.products);
    INSERT INTO crm.quotes (opportunity_id, status) SELECT id, 'Accepted' FROM crm.opportunities;
    INSERT INTO crm.quote_line_items (quote_id, product_id, quantity, unit_price)
    SELECT id, (SELECT id FROM crm.products LIMIT 1), 2, 7 FROM crm.quotes`);
  await revokePublicGrants(db.pool);
  await refreshMarts(db.pool);
  // Some rows are in the delta, and some are recomputed by whoever reads.
  await db.pool.query(
    "UPDATE crm.opportunities SET amount = amount + 0.5 WHERE name IN ('Sale-ann', 'Sale-bob')",
  );
  await foldMart(db.pool, "sales_dashboard");
  await db.pool.query(
    "UPDATE crm.opportunities SET amount = amount + 0.25 WHERE name IN ('Sale-ann', 'Sale-unowned')",
  );
  await db.pool.query("UPDATE crm.conversation_signals SET signal_value = signal_value + 0.5");

  const attacker = async (name: string, hidden: RegExp): Promise<Attacker> => {
    const userId = people[name] as string;
    return { login: await addBiLogin(db, userId), userId, hidden };
  };
  // Amounts with their point: four digits alone are in some key or other by chance.
  const rep = await attacker("ann", /bob|nobody|unowned|\b(2222|3333|4444)\./);
  // What the manager does see comes to 4444.75.
  const manager = await attacker("east", /bob|unowned|\b(2222|4444)\.(?!75(00)?\b)/);
  const omniscient = await addBiLogin(db, null);
  return {
    db,
    people,
    rep,
    manager,
    omniscient,
    truthFor: ({ userId }) => asReader(db.pool, userId, look),
    async lift() {
      await db.drop();
      await dropLogins([rep.login.name, manager.login.name, omniscient.name]);
    },
  };
}

/** Everything that a session gets to see in the views of reporting. */
export async function look(client: Pick<pg.ClientBase, "query">): Promise<Sight> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT relname AS name FROM pg_catalog.pg_class WHERE relnamespace = 'reporting'::regnamespace AND relkind = 'v' ORDER BY 1",
  );
  const sight: Sight = {};
  for (const { name } of rows) {
    if (ABOUT_ALL.includes(name)) continue;
    const seen = await client.query<{ line: string }>(
      `SELECT view::pg_catalog.text AS line FROM reporting.${name} AS view ORDER BY 1`,
    );
    sight[name] = seen.rows.map(({ line }) => line);
  }
  return sight;
}

/** How a statement fares: the rows, or the code of the refusal. */
export async function attempt(
  client: Pick<pg.ClientBase, "query">,
  sql: string,
  values?: unknown[],
): Promise<{ rows: Record<string, unknown>[]; code?: string; message: string }> {
  try {
    const result = await client.query(sql, values);
    const last = Array.isArray(result) ? result.at(-1) : result;
    return { rows: last.rows, message: "" };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { rows: [], code: code ?? "unknown", message };
  }
}

export const REFUSED = "42501";

/** One attacker in a session of theirs, and what to expect of it. */
export interface Trial {
  siege: Siege;
  attacker: Attacker;
  session: pg.Client;
  /** What the service shows them. */
  truth: Sight;
  /** That the session, or another one, sees exactly that. */
  seesTheSame(client?: pg.Client, after?: string): Promise<void>;
  /** That the statement is refused with one of these codes. */
  isRefused(sql: string, codes?: readonly string[]): Promise<void>;
  /** As whoever thinks that this setting keeps them from writing. */
  unbuckle(): Promise<unknown>;
}

/** Runs the same attacks as the BI login of a rep and as that of a manager, each in a session of its own. */
export function describeAttacks(title: string, attacks: (trial: Trial) => void) {
  describe(title, () => {
    let siege: Siege;
    before(async () => {
      siege = await laySiege();
    });
    after(() => siege.lift());

    for (const who of ["rep", "manager"] as const)
      describe(`of a ${who}`, () => {
        const trial = {} as Trial;
        before(async () => {
          const attacker = siege[who];
          const truth = await siege.truthFor(attacker);
          expect(Object.values(truth).flat().join())
            .to.match(/Sale-ann/)
            .and.not.match(attacker.hidden);
          Object.assign(trial, { siege, attacker, truth, ...expectations(trial) });
        });
        beforeEach(async () => {
          trial.session = await trial.attacker.login.connect();
        });
        afterEach(() => trial.session.end());
        attacks(trial);
      });
  });
}

const expectations = (trial: Trial): Pick<Trial, "seesTheSame" | "isRefused" | "unbuckle"> => ({
  async seesTheSame(client = trial.session, after = "") {
    expect(await look(client), after).to.deep.equal(trial.truth);
  },
  async isRefused(sql, codes = [REFUSED]) {
    const { code, message } = await attempt(trial.session, sql);
    if (sql.startsWith("BEGIN")) await trial.session.query("ROLLBACK");
    expect(codes, `${sql}: ${message}`).to.include(code);
  },
  unbuckle: () => trial.session.query("SET default_transaction_read_only = off"),
});
