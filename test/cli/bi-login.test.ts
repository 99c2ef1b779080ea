import { expect } from "chai";
import { dropLogins, someName } from "../support/bi-login.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addPerson } from "../support/people.ts";
import { createRole } from "../support/roles.ts";
import { runSql } from "../support/sql.ts";
import { runTidemark } from "../support/tidemark.ts";

describe("bi-login", () => {
  let db: TestDatabase;
  const name = someName();
  const hers = `${name}_ann`;

  before(async () => {
    db = await createTestDatabase();
    await addPerson(db.pool, "ann");
  });
  after(async () => {
    await db.drop();
    await dropLogins([name, hers]);
  });
  const run = (...args: string[]) => runTidemark(["bi-login", ...args], { DATABASE_URL: db.url });

  it("list has nothing at first", async () => {
    expect(await run("list")).to.deep.equal({
      code: 0,
      stdout: "There are no BI logins.\n",
      stderr: "",
    });
    expect((await run("list", "--json")).stdout).to.equal("[]\n");
  });

  it("create prints the address alone, which a tool can use, and its parts without the password beside it", async () => {
    const { code, stdout, stderr } = await run("create", name, "--all-rows");
    expect(code, stderr).to.equal(0);
    expect(stdout).to.match(new RegExp(`^postgresql://${name}:[\\w-]{32}@[^\\s]+\\n$`));
    const rows = await runSql(
      stdout.trim(),
      "SELECT current_user::text AS name FROM mart_freshness LIMIT 1",
    );
    expect(rows).to.deep.equal([{ name }]);
    expect(stderr).to.contain("shown this once").and.contain(`user ${name}`);
    expect(stderr).to.match(/jdbc:postgresql:\/\/[^\s]+$/m);
    expect(stderr).not.to.contain(new URL(stdout.trim()).password);
  });

  it("create shuts out those who were given nothing", async () => {
    const stranger = await createRole();
    const message = await runSql(stranger.at(db.url), "SELECT 1").catch((error) => error.code);
    expect(message).to.equal("missing_privilege");
    await stranger.drop();
  });

  it("create --json has every part", async () => {
    const { code, stdout, stderr } = await run(
      "create",
      hers,
      "--as",
      "ANN@example.com",
      "--connections",
      "3",
      "--json",
    );
    expect(code).to.equal(0);
    expect(stderr).to.contain("None of the roles of ann@example.com opens a report");
    const address = JSON.parse(stdout);
    const { hostname, port, pathname } = new URL(db.url);
    expect(address).to.include({
      user: hers,
      host: hostname,
      port: Number(port),
      database: pathname.slice(1),
      jdbc_url: `jdbc:postgresql://${hostname}:${port}${pathname}`,
      url: `postgresql://${hers}:${address.password}@${hostname}:${port}${pathname}`,
    });
    expect(await runSql(address.url, "SELECT name FROM users")).to.deep.equal([]);
  });

  it("list says whose rows each sees", async () => {
    const { stdout } = await run("list");
    expect(stdout).to.match(new RegExp(`^${name} +all rows +\\d +10 +20\\d\\d-`, "m"));
    expect(stdout).to.match(new RegExp(`^${hers} +ann@example.com +\\d +3 +20\\d\\d-`, "m"));
    const listed = JSON.parse((await run("list", "--json")).stdout);
    expect(listed.map((one: { name: string }) => one.name)).to.deep.equal([name, hers]);
    expect(listed[1]).to.include({
      email: "ann@example.com",
      sees_all_rows: false,
      state: "ready",
    });
  });

  it("drop says that it is gone", async () => {
    const { code, stdout } = await run("drop", name, "--force");
    expect([code, stdout]).to.deep.equal([0, `The login "${name}" is dropped\n`]);
  });

  for (const [what, args, code, pattern] of [
    [
      "whose rows",
      ["create", "tool"],
      2,
      /Say whose rows .*--as <email>, or --all-rows .*\(bad_usage\)/,
    ],
    [
      "one answer to that",
      ["create", "tool", "--as", "ann@example.com", "--all-rows"],
      2,
      /bad_usage/,
    ],
    [
      "somebody who exists",
      ["create", "tool", "--as", "nobody@example.com"],
      1,
      /nobody@example\.com \(no_such_user\)/,
    ],
    [
      "a name that a login can have",
      ["create", "My Tool", "--all-rows"],
      1,
      /"My Tool" is no name .*\(bad_login_name\)/,
    ],
    [
      "a name that is free",
      ["create", "tidemark_reader", "--all-rows"],
      1,
      /another name \(login_taken\)/,
    ],
    [
      "a number of connections",
      ["create", "tool", "--all-rows", "--connections", "0"],
      2,
      /give 1 to 1000 \(bad_usage\)/,
    ],
    [
      "a login of this database to drop",
      ["drop", "tool"],
      1,
      /"tool" of this database; there are .*\(no_such_login\)/,
    ],
  ] as const)
    it(`needs ${what}`, async () => {
      const { code: actual, stdout, stderr } = await run(...args);
      expect(stderr).to.match(pattern);
      expect([actual, stdout]).to.deep.equal([code, ""]);
    });
});
