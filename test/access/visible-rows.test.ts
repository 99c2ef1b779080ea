import { expect } from "chai";
import { asReader, EVERYTHING } from "../../src/db/transaction.ts";
import { foldMart } from "../../src/marts/fold.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addPerson } from "../support/people.ts";

const DEALS =
  "SELECT coalesce(string_agg(opportunity_name, ' ' ORDER BY opportunity_name), '') AS deals FROM reporting.sales_dashboard";

/** A director over two managers over a rep each, finance and support beside them; each has a deal, and nobody has one. */
describe("rows", () => {
  let db: TestDatabase;
  const people: Record<string, string> = {};

  before(async () => {
    db = await createTestDatabase();
    const add = async (name: string, role: string | null, manager?: string) => {
      people[name] = await addPerson(db.pool, name);
      await db.pool.query("UPDATE crm.users SET manager_user_id = $2 WHERE id = $1", [
        people[name],
        manager ? people[manager] : null,
      ]);
      if (role) await give(name, role);
    };
    await add("director", "Sales Manager");
    await add("east", "Sales Manager", "director");
    await add("west", "Sales Manager", "director");
    await add("ann", "Sales Representative", "east");
    await add("bob", "Sales Representative", "west");
    await add("finance", "Finance");
    await add("support", "Support Manager");
    await add("nobody", null, "east");
    await db.pool.query("INSERT INTO crm.companies (name) VALUES ('Acme')");
    for (const owner of [...Object.keys(people), null])
      await db.pool.query(
        "INSERT INTO crm.opportunities (name, company_id, owner_user_id) SELECT $1, id, $2 FROM crm.companies",
        [owner ?? "unowned", owner && people[owner]],
      );
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  const give = (name: string, role: string) =>
    db.pool.query("INSERT INTO crm.user_roles SELECT $1, id FROM crm.roles WHERE role_name = $2", [
      people[name],
      role,
    ]);
  const seenBy = async (viewer: string, sql = DEALS) =>
    asReader(
      db.pool,
      viewer,
      async (client) => Object.values((await client.query(sql)).rows[0])[0],
    );
  const everybody = "ann bob director east finance nobody support unowned west";
  const expected: Record<string, string> = {
    director: "ann bob director east nobody west",
    east: "ann east nobody",
    west: "bob west",
    ann: "ann",
    bob: "bob",
    finance: everybody,
    // They may not open reports about sales at all.
    support: "",
    nobody: "",
  };

  const expectAll = async () => {
    for (const [name, deals] of Object.entries(expected))
      expect(await seenBy(people[name] as string), name).to.equal(deals);
    expect(await seenBy(EVERYTHING)).to.equal(everybody);
    expect(await seenBy("")).to.equal("");
    expect(await seenBy("5e0c1f6e-0000-4000-8000-000000000000")).to.equal("");
  };

  it("are one's own, those of the people below one, or all, by one's roles", expectAll);

  it("are so while they are recomputed, and once they are folded", async () => {
    await db.pool.query("UPDATE crm.opportunities SET amount = 1");
    await expectAll();
    await foldMart(db.pool, "sales_dashboard");
    await expectAll();
  });

  it("follow a deal that changes hands, at once", async () => {
    const move = (to: string) =>
      db.pool.query("UPDATE crm.opportunities SET owner_user_id = $1 WHERE name = 'ann'", [
        people[to],
      ]);
    await move("bob");
    expect(await seenBy(people.ann as string)).to.equal("");
    expect(await seenBy(people.west as string)).to.equal("ann bob west");
    await foldMart(db.pool, "sales_dashboard");
    expect(await seenBy(people.ann as string)).to.equal("");
    await move("ann");
    await expectAll();
  });

  it("are all of a person's roles together, and none once they are inactive", async () => {
    await give("ann", "Finance");
    expect(await seenBy(people.ann as string)).to.equal(everybody);
    await db.pool.query("UPDATE crm.users SET is_active = false WHERE id = $1", [people.ann]);
    expect(await seenBy(people.ann as string)).to.equal("");
    await db.pool.query("UPDATE crm.users SET is_active = true WHERE id = $1", [people.ann]);
    await db.pool.query(
      "DELETE FROM crm.user_roles USING crm.roles WHERE roles.id = role_id AND role_name = 'Finance' AND user_id = $1",
      [people.ann],
    );
    await expectAll();
  });

  it("are the same in the views planned for whoever asks, and none in those that are not for them", async () => {
    const planned = (schema: string) => DEALS.replace("reporting.", `${schema}.`);
    for (const [name, deals] of Object.entries(expected)) {
      const seesAll = deals === everybody;
      const viewer = people[name] as string;
      const [audience] = await asReader(
        db.pool,
        viewer,
        async (client) =>
          (await client.query("SELECT rows FROM reporting.audience('report:sales')")).rows,
      );
      expect(audience.rows, name).to.equal(seesAll ? "all" : "own");
      expect(await seenBy(viewer, planned("all_rows")), name).to.equal(seesAll ? deals : "");
      if (!seesAll) expect(await seenBy(viewer, planned("own_rows")), name).to.equal(deals);
    }
  });

  it("are limited in every view of reporting that has an owner", async () => {
    const { rows } = await db.pool.query<{ view: string; owner: string }>(`
      SELECT attrelid::regclass::text AS view, attname AS owner
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
      WHERE relnamespace = 'reporting'::regnamespace AND attname IN ('owner_user_id', 'rep_user_id', 'user_id')`);
    expect(rows.length).to.be.greaterThan(9);
    for (const { view, owner } of rows) {
      const { rows: plan } = await db.pool.query(
        `SELECT pg_get_viewdef($1::regclass) ~ 'crm.visible_user_ids|_visible\\M' AS is_limited`,
        [view],
      );
      expect(plan[0].is_limited, view).to.equal(true);
      expect(
        await seenBy(people.nobody as string, `SELECT count(${owner})::int FROM ${view}`),
        view,
      ).to.equal(0);
    }
  });
});
