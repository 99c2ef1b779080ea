import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import pg from "pg";
import { parse } from "yaml";
import { auditAll } from "../../src/marts/audit-all.ts";
import { addBiLogin, dropLogins, type TestLogin } from "../support/bi-login.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addEveryRecord } from "../support/every-record.ts";
import { readReport, sectionOf } from "../support/report.ts";
import { TODAY } from "../support/sales.ts";

const folder = join(import.meta.dirname, "../../grafana");
const UID = "tidemark";

interface Target {
  format: "table" | "time_series";
  rawSql: string;
  datasource: { uid: string };
}
interface Panel {
  id: number;
  title: string;
  description: string;
  type: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource: { uid: string };
  targets: Target[];
}
interface Dashboard {
  uid: string;
  title: string;
  panels: Panel[];
  templating: { list: { name: string; query: string; datasource: { uid: string } }[] };
  annotations: {
    list: { name: string; target: { rawSql: string }; datasource: { uid: string } }[];
  };
}

const dashboards = readdirSync(join(folder, "dashboards")).map(
  (file) => JSON.parse(readFileSync(join(folder, "dashboards", file), "utf8")) as Dashboard,
);
const provisioned = (path: string) =>
  parse(readFileSync(join(folder, "provisioning", path), "utf8"));

/** Every query there is, with where it stands. */
const queries = dashboards.flatMap(({ title, panels, templating, annotations }) => [
  ...panels.flatMap((panel) =>
    panel.targets.map(({ rawSql, format }) => ({
      where: `${title}: ${panel.title}`,
      sql: rawSql,
      format,
    })),
  ),
  ...templating.list.map(({ name, query }) => ({
    where: `${title}: $${name}`,
    sql: query,
    format: "variable",
  })),
  ...annotations.list.map(({ name, target }) => ({
    where: `${title}: ${name}`,
    sql: target.rawSql,
    format: "annotations",
  })),
]);

/** Views of the present, which no range can narrow. */
const PRESENT = /FROM reporting\.mart_freshness/;

/** As Grafana writes it, from the beginning of the year to the end of a day. */
const expand = (sql: string, through = "2027-12-31") =>
  sql
    .replace(
      /\$__timeFilter\((\w+)\)/g,
      `$1 BETWEEN '2026-01-01T00:00:00Z' AND '${through}T23:59:59.999Z'`,
    )
    .replace(/\$\{currency:sqlstring\}/g, pg.escapeLiteral("USD"));

describe("the dashboards for Grafana", () => {
  let db: TestDatabase;
  let everybody: TestLogin;
  let ann: TestLogin;

  before(async function () {
    this.timeout(60_000);
    db = await createTestDatabase();
    const people = await addEveryRecord(db.pool);
    await db.pool.query(
      `INSERT INTO crm.annotations (day_on, note, visibility, author_user_id) VALUES ('2026-11-02', 'Fair', 'everyone', $1)`,
      [people.ann],
    );
    await db.pool.query(
      "INSERT INTO crm.user_roles SELECT $1, id FROM crm.roles WHERE role_name = 'Sales Representative'",
      [people.ann],
    );
    await auditAll(db.pool, undefined);
    everybody = await addBiLogin(db, null);
    ann = await addBiLogin(db, people.ann);
  });
  after(async () => {
    await db.drop();
    await dropLogins([everybody.name, ann.name]);
  });

  it("have a datasource whose login comes from the environment, and leaves connections to others", () => {
    const { datasources } = provisioned("datasources/tidemark.yaml");
    expect(datasources).to.have.length(1);
    const [{ uid, url, user, secureJsonData, jsonData }] = datasources;
    expect(uid).to.equal(UID);
    for (const value of [url, user, secureJsonData.password, jsonData.database, jsonData.sslmode])
      expect(value).to.match(/^(\$\{TIDEMARK_DB_\w+\}:?)+$/);
    expect(jsonData.maxOpenConns).to.be.within(1, 9);
  });

  it("are found by the provider, under names that stay", () => {
    const { providers } = provisioned("dashboards/tidemark.yaml");
    expect(providers[0].options.path).to.match(/^\$\{TIDEMARK_DASHBOARDS\}$/);
    expect(dashboards.map(({ uid }) => uid)).to.have.members([
      "tidemark-sales",
      "tidemark-operations",
    ]);
    for (const { title, panels, templating, annotations } of dashboards) {
      const ids = panels.map(({ id }) => id);
      expect(ids, title).to.deep.equal(ids.map((_, index) => index + 1));
      const parts = [...panels, ...panels.flatMap(({ targets }) => targets)];
      for (const { datasource } of [...parts, ...templating.list, ...annotations.list])
        expect(datasource.uid, title).to.equal(UID);
      for (const panel of panels) expect(panel.description, panel.title).to.match(/\.$/);
    }
  });

  it("have panels side by side, none upon another", () => {
    for (const { title, panels } of dashboards) {
      const taken = new Set<string>();
      for (const { gridPos: at, title: name } of panels)
        for (let x = at.x; x < at.x + at.w; x++)
          for (let y = at.y; y < at.y + at.h; y++) {
            expect(x, `${title}: ${name}`).to.be.below(24);
            expect(taken.has(`${x} ${y}`), `${title}: ${name}`).to.equal(false);
            taken.add(`${x} ${y}`);
          }
    }
  });

  for (const { where, sql, format } of queries)
    it(`ask with "${where}" for what there is, in the range that is shown`, async () => {
      expect(sql).not.to.match(/select\s+([a-z_]+\.)?\*/i);
      expect(sql.includes("$__timeFilter(") || PRESENT.test(sql)).to.equal(true);
      const asked = expand(sql);
      expect(asked).not.to.contain("$");
      const session = await everybody.connect();
      const { rows, fields } = await session.query(asked).finally(() => session.end());
      expect(rows).to.have.length.greaterThan(0);
      const [first, ...others] = fields;
      if (format === "time_series") {
        expect(first).to.include({ name: "time", dataTypeID: pg.types.builtins.TIMESTAMPTZ });
        const times = rows.map(({ time }) => Date.parse(time));
        expect(times).to.deep.equal(times.toSorted((a, b) => a - b));
        const numeric = others.filter(({ name }) => name !== "metric");
        expect(numeric.length).to.be.greaterThan(0);
        // An exact numeric of any scale is more than Grafana draws with.
        for (const { dataTypeID } of numeric)
          expect([pg.types.builtins.FLOAT8, pg.types.builtins.INT8]).to.include(dataTypeID);
      }
      if (format === "annotations")
        expect(fields.map(({ name }) => name)).to.deep.equal(["time", "text", "tags"]);
    });

  const ask = async (login: TestLogin, title: string) => {
    const query = queries.find(({ where }) => where === title);
    if (!query) throw new Error(`no query ${title}`);
    return login.query(expand(query.sql, TODAY));
  };

  it("say what the reports say", async () => {
    const page = await readReport(db.pool, "sales-dashboard", `period=2026-01-01..${TODAY}`);
    const [summary] = sectionOf(page, "summary").rows;
    const [won] = await ask(everybody, "Sales: Won");
    expect(Number(won?.won_amount)).to.equal(Number(summary?.won_amount));
    const [deals] = await ask(everybody, "Sales: Deals won");
    expect(deals?.deal_count).to.equal(summary?.won_count);
  });

  it("show the rows of the login's person", async () => {
    const [[all], [own]] = (await Promise.all(
      [everybody, ann].map((login) => ask(login, "Sales: Deals won")),
    )) as [Record<string, string>[], Record<string, string>[]];
    expect(Number(own?.deal_count)).to.be.within(1, Number(all?.deal_count) - 1);
  });
});
