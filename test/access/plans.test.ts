import { expect } from "chai";
import { asReader } from "../../src/db/transaction.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";

interface Node {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Cond"?: string;
  "Actual Loops": number;
  Output?: string[];
  Plans?: Node[];
}

const REPS = 100;
const TOTAL = "SELECT sum(amount) FROM reporting.sales_dashboard";

describe("the plan of a read of one's own rows", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase();
    await db.pool.query(`
      INSERT INTO crm.users (id, email) SELECT md5('rep ' || n)::uuid, n || '@example.com' FROM generate_series(1, ${REPS}) AS n;
      INSERT INTO crm.user_roles
      SELECT users.id, roles.id FROM crm.users, crm.roles
      WHERE role_name = CASE email WHEN '1@example.com' THEN 'Finance' ELSE 'Sales Representative' END;
      INSERT INTO crm.companies (name) VALUES ('Acme');
      INSERT INTO crm.opportunities (name, company_id, owner_user_id, amount)
      SELECT 'Deal', companies.id, md5('rep ' || 1 + n % ${REPS})::uuid, 1 FROM crm.companies, generate_series(1, 10000) AS n;
      ANALYZE`);
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  const planFor = (rep: number): Promise<Node[]> =>
    asReader(db.pool, "", async (client) => {
      await client.query(
        `SELECT set_config('tidemark.viewer', md5('rep ${rep}')::uuid::text, true)`,
      );
      const { rows } = await client.query(
        `EXPLAIN (ANALYZE, VERBOSE, TIMING OFF, FORMAT JSON) ${TOTAL}`,
      );
      const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)];
      return flat(rows[0]["QUERY PLAN"][0].Plan);
    });
  const scans = (nodes: Node[]) =>
    nodes.filter((node) => node["Relation Name"] === "sales_dashboard" && node["Actual Loops"] > 0);
  const calls = (nodes: Node[], name: string) =>
    nodes
      .filter((node) => node.Output?.some((output) => output.startsWith(`crm.${name}(`)))
      .reduce((sum, node) => sum + node["Actual Loops"], 0);

  it("finds them by the index, and asks once whose they are", async () => {
    const nodes = await planFor(2);
    const [scan, ...others] = scans(nodes);
    expect(others).to.deep.equal([]);
    expect(
      scan?.["Index Cond"] ?? nodes.find((node) => node["Index Cond"]?.includes("owner_user_id")),
    ).to.not.equal(undefined);
    expect(scan?.["Node Type"]).not.to.equal("Seq Scan");
    expect(calls(nodes, "visible_user_ids")).to.equal(1);
    expect(calls(nodes, "sees_all_rows")).to.be.within(1, 2);
  });

  it("reads everybody's at once for those who see all, and compares no owner", async () => {
    const nodes = await planFor(1);
    const [scan, ...others] = scans(nodes);
    expect(others).to.deep.equal([]);
    expect(scan).not.to.equal(undefined);
    expect(JSON.stringify(scan)).not.to.contain("ANY");
    expect(calls(nodes, "sees_all_rows")).to.be.within(1, 2);
  });
});
