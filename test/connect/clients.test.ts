import { join } from "node:path";
import { expect } from "chai";
import { type BiDesk, ODD_DEALS, openBiDesk, ZONE } from "../support/bi-desk.ts";
import { type Contract, promisedContract } from "../support/contract.ts";
import { needs, run } from "../support/program.ts";

const client = (file: string) => join(import.meta.dirname, "clients", file);
const NAMES = ODD_DEALS.map(({ name }) => name);
/** The deals with the odd names, as the day that they close, in the order of that. */
const DEALS = `
  SELECT opportunity_name, amount, close_on FROM reporting.sales_dashboard
  WHERE close_on IN ('2026-01-01', '2026-03-29', '2026-10-25', '2026-11-01') AND opportunity_name <> 'Deal'
  ORDER BY close_on`;

/** Programs that people connect with, each by a real BI login, against what was promised to them. */
describe("clients of the views", function () {
  this.timeout(120_000);
  let desk: BiDesk;
  let views: Contract["views"];
  let expected: { opportunity_name: string; amount: string | null; close_on: string }[];

  before(async () => {
    desk = await openBiDesk();
    ({ views } = promisedContract());
    const query = `SELECT opportunity_name, amount::text AS amount, close_on::text AS close_on FROM (${DEALS}) AS deals`;
    expected = await desk.login.query(query);
    expect(expected.map((deal) => deal.opportunity_name)).to.have.members([...NAMES]);
  });
  after(() => desk.close());

  const password = () => ({ PGPASSWORD: desk.place.password });

  describe("psql", () => {
    before(function () {
      needs(this, "postgresql-client", "/usr/bin/psql");
    });
    const psql = (...more: string[]) =>
      run("/usr/bin/psql", ["-X", "--csv", "-v", "ON_ERROR_STOP=1", desk.login.url, ...more]);

    it("lists the views with what they are, and columns with what they mean", async () => {
      const list = await psql("-c", "\\dv+ reporting.*");
      for (const view of Object.keys(views)) expect(list).to.contain(`\nreporting,${view},view,`);
      expect(await psql("-c", "\\d+ deal_days")).to.match(
        /^amount_sum,"numeric\(38,4\)",.*Sum of/m,
      );
    });

    it("begins in the business zone, and writes nothing", async () => {
      expect(await psql("-tc", "SHOW timezone")).to.equal(`${ZONE}\n`);
      const write = psql("-c", "CREATE TEMP TABLE mine (id int)");
      const failure = await write.then(String, (error: Error) => error.message);
      expect(failure).to.match(/read-only transaction|permission denied/);
    });

    it("copies rows to the last digit", async () => {
      const lines = await psql("-tc", `SELECT amount, close_on FROM (${DEALS}) AS deals`);
      const wanted = expected.map(({ amount, close_on }) => `${amount ?? ""},${close_on}\n`);
      expect(lines).to.equal(wanted.join(""));
    });
  });

  describe("JDBC, as Metabase asks it", () => {
    const JAR = "/usr/share/java/postgresql.jar";
    let answers: string[][];
    const of = (kind: string) => answers.filter(([first]) => first === kind);

    before(async function () {
      needs(this, "libpostgresql-jdbc-java default-jdk-headless", JAR, "/usr/bin/javac");
      const { hostname, port, pathname, username } = desk.place;
      const address = `jdbc:postgresql://${hostname}:${port}${pathname}`;
      const query = DEALS.replace("close_on FROM", "close_on, created_at FROM").replace(
        "reporting.sales_dashboard",
        "(SELECT *, close_on::timestamptz AS created_at FROM reporting.sales_dashboard) AS deals",
      );
      // The zone of the machine that a tool runs on, which it sends along: days must not move.
      const parameters = ["-Duser.timezone=America/New_York", "-Xshare:auto", "-cp", JAR];
      const output = await run(
        "java",
        [...parameters, client("Metadata.java"), address, username, query],
        { env: password() },
      );
      answers = output
        .trimEnd()
        .replaceAll("\\n", "\n")
        .split(/\n(?=\w+\t)/)
        .map((line) => line.split("\t"));
    });

    it("finds every view, as a view with a comment, and no table", () => {
      const tables = of("table").map(([, name, kind]) => `${name} ${kind}`);
      expect(tables).to.have.members(Object.keys(views).map((view) => `${view} VIEW`));
      for (const [, name, , remarks] of of("table")) expect(remarks, name).to.match(/one row per/i);
    });

    it("finds every column with its type and a comment, and none that it cannot read", () => {
      const jdbc: Record<string, string> = {
        bigint: "BIGINT",
        integer: "INTEGER",
        boolean: "BIT",
        date: "DATE",
        text: "VARCHAR",
        // Without a type of its own: tools show it as text.
        uuid: "OTHER",
        "timestamp with time zone": "TIMESTAMP",
      };
      const wanted = Object.entries(views).flatMap(([view, columns]) =>
        Object.entries(columns).map(
          ([column, type]) =>
            `${view} ${column} ${jdbc[type] ?? type.replace(/\(.*/, "").toUpperCase()}`,
        ),
      );
      expect(
        of("column").map(([, view, name, , type]) => `${view} ${name} ${type}`),
      ).to.have.members(wanted);
      for (const [, view, name, , , , , remarks] of of("column"))
        expect(remarks, `${view}.${name}`).to.match(/\w/);
      const [amount] = of("column").filter(
        ([, view, name]) => view === "deal_days" && name === "amount_sum",
      );
      expect(amount?.slice(5, 7)).to.deep.equal(["38", "4"]);
    });

    it("is told of no keys, which views have none of", () => {
      expect([...of("key"), ...of("foreign key"), ...of("index")]).to.deep.equal([]);
    });

    it("reads amounts to the last digit and days that do not move, in the zone of another machine", () => {
      const rows = of("row").map(([, , amount, day]) => `${amount} ${day}`);
      expect(rows).to.deep.equal(
        expected.map(({ amount, close_on }) => `${amount ?? "NULL"} ${close_on}`),
      );
      // Midnight there: the driver has sent its zone over the login's.
      expect(of("row")[0]?.[4]).to.equal("2026-01-01T05:00:00Z");
    });
  });

  describe("ODBC", () => {
    before(function () {
      needs(this, "odbc-postgresql unixodbc", "/usr/bin/isql", "/etc/odbcinst.ini");
    });
    const isql = async (...lines: string[]) => {
      const { hostname, port, pathname, username, password } = desk.place;
      const parts = `DRIVER={PostgreSQL Unicode};SERVER=${hostname};PORT=${port};DATABASE=${pathname.slice(1)}`;
      const output = await run(
        "/usr/bin/isql",
        ["-k", `${parts};UID=${username};PWD=${password}`, "-b", "-d\t"],
        {
          input: lines.map((line) => `${line.replaceAll("\n", " ")}\n`).join(""),
        },
      );
      return output
        .split("\n")
        .filter(Boolean)
        .map((line) => line.split("\t"));
    };

    it("finds the columns with types that spreadsheets know", async () => {
      const types: Record<string, string> = {
        bigint: "int8",
        integer: "int4",
        boolean: "bool",
        "timestamp with time zone": "timestamptz",
      };
      for (const view of ["sales_dashboard", "deal_days", "support_cases"]) {
        const columns = (await isql(`help ${view}`)).map(
          ([, , , name, , type]) => `${name} ${type}`,
        );
        const wanted = Object.entries(views[view] ?? {}).map(
          ([name, type]) => `${name} ${types[type] ?? type.replace(/\(.*/, "")}`,
        );
        expect(columns, view).to.deep.equal(wanted);
      }
    });

    it("reads amounts to the last digit and days as days", async () => {
      const rows = await isql(DEALS.replace("opportunity_name, ", ""));
      expect(rows).to.deep.equal(expected.map(({ amount, close_on }) => [amount ?? "", close_on]));
    });
  });

  describe("pandas and SQLAlchemy", () => {
    const PYTHON = "/usr/bin/python3";
    interface Download {
      rows: number;
      day: string;
      sum: string;
    }
    let seen: {
      views: string[];
      columns: Record<string, [type: string, comment: string | null]>;
      types: Record<string, string>;
      plain_types: Record<string, string>;
      sum: string;
      days: string[];
      names: string[];
      csv: Download;
      json: Download;
    };

    before(async function () {
      const modules = ["pandas", "sqlalchemy", "psycopg2"].map(
        (name) => `/usr/lib/python3/dist-packages/${name}/__init__.py`,
      );
      needs(this, "python3-pandas python3-sqlalchemy python3-psycopg2", PYTHON, ...modules);
      const query =
        "SELECT opportunity_name, amount, close_on, closed_at FROM reporting.sales_dashboard WHERE close_on IS NOT NULL";
      const output = await run(
        PYTHON,
        [client("frames.py"), desk.login.url, `${desk.web.url}/reports/opportunities`, query],
        { env: { TIDEMARK_AUTHORIZATION: desk.web.authorization } },
      );
      seen = JSON.parse(output);
    });

    it("find every view, and columns with comments", () => {
      expect(seen.views).to.have.members(Object.keys(views));
      expect(Object.keys(seen.columns)).to.deep.equal(Object.keys(views.sales_dashboard ?? {}));
      for (const [name, [, comment]] of Object.entries(seen.columns))
        expect(comment, name).to.match(/\w/);
      expect(seen.columns.amount?.[0]).to.equal("NUMERIC(19, 4)");
    });

    it("read days as days, instants in one zone, and amounts to the last digit where they are told to", async () => {
      expect(seen.types).to.include({
        close_on: "datetime64[ns]",
        closed_at: "datetime64[ns, UTC]",
      });
      expect(seen.plain_types).to.include({ amount: "float64", close_on: "object" });
      const [all] = await desk.login.query(
        "SELECT sum(amount)::text AS sum, array_agg(close_on::text ORDER BY close_on) AS days FROM reporting.sales_dashboard WHERE close_on IS NOT NULL",
      );
      expect({ sum: seen.sum, days: seen.days }).to.deep.equal(all);
      expect(seen.names).to.include.members(NAMES);
    });

    it("read the same from CSV and JSON over HTTP, with a token in the header", async () => {
      const response = await desk.web.get("/reports/opportunities.csv?period=all", {
        method: "HEAD",
      });
      const rows = Number(response.headers.get("x-row-count"));
      const { csv, json } = seen;
      expect(csv).to.deep.equal({ rows, day: "datetime64[ns]", sum: csv.sum });
      expect(json).to.deep.equal(csv);
      const [{ sum }] = (await desk.login.query(
        "SELECT sum(amount)::text AS sum FROM reporting.sales_dashboard WHERE currency = 'USD'",
      )) as [{ sum: string }];
      expect(csv.sum).to.equal(sum);
    });
  });
});
