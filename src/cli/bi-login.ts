import type { Command } from "commander";
import { operator } from "../access/audit.ts";
import { type Address, addressOf } from "../access/bi-login/address.ts";
import { createBiLogin } from "../access/bi-login/create.ts";
import { dropBiLogin } from "../access/bi-login/drop.ts";
import { type BiLogin, listBiLogins } from "../access/bi-login/list.ts";
import { findPerson } from "../access/people.ts";
import { type Permission, rowPermissions, topicPermissions } from "../access/permission.ts";
import { revokePublicGrants } from "../access/public-grants.ts";
import { readViewer } from "../access/viewer.ts";
import type { Queryable } from "../db/queryable.ts";
import { badUsage } from "../errors.ts";
import { withDatabase } from "./context.ts";
import { sayBeyond } from "./public-grants.ts";
import { table } from "./table.ts";

/** `bi-login create|list|drop` */
export function register(program: Command) {
  const biLogin = program
    .command("bi-login")
    .helpCommand(false)
    .summary("PostgreSQL logins for BI tools")
    .description(
      "PostgreSQL logins for BI tools, such as Metabase, Grafana, Excel, Power BI or R: one for each. A login reads the views in\n" +
        "schema reporting and nothing else, with the rows that its person sees, or all. Making and dropping one is noted in the\n" +
        "audit trail.",
    )
    .addHelpText(
      "after",
      `
Examples:
  npm run -s tidemark -- bi-login create metabase --all-rows
  npm run -s tidemark -- bi-login create excel_ann --as ann@acme.example --connections 3
  npm run tidemark -- bi-login list
  npm run tidemark -- bi-login drop metabase`,
    );

  biLogin
    .command("create")
    .argument("<name>", "of the login: small letters, digits and _")
    .description(
      "Make a login. Its address with the password is printed once, alone, on standard output, and kept nowhere.",
    )
    .option("--as <email>", "whose rows it sees, now and whenever their role or team changes")
    .option("--all-rows", "it sees everybody's rows of every report", false)
    .option("--connections <n>", "how many it may have open at once", "10")
    .option("--json", "an object with the parts of the address, for programs", false)
    .action((name: string, options: CreateOptions) => create(name, options));

  biLogin
    .command("list")
    .description("List the logins: whose rows each sees, and how many sessions it has open.")
    .option("--json", "an array of objects, for programs", false)
    .action(({ json }: { json: boolean }) =>
      withDatabase(async ({ pool }) => {
        const logins = await listBiLogins(pool);
        if (json) console.log(JSON.stringify(logins, null, 2));
        else console.log(logins.length === 0 ? "There are no BI logins." : table(lines(logins)));
      }),
    );

  biLogin
    .command("drop")
    .argument("<name>", "as `bi-login list` has it")
    .description("Drop a login that `bi-login create` made for this database.")
    .option("--force", "end its sessions first", false)
    .action((name: string, { force }: { force: boolean }) =>
      withDatabase(async ({ pool }) => {
        const hadLogin = await dropBiLogin(pool, name, { actor: operator, force });
        console.log(
          hadLogin
            ? `The login "${name}" is dropped`
            : `The entry of "${name}" is removed; there was no login of this database any more`,
        );
      }),
    );
}

interface CreateOptions {
  as?: string;
  allRows: boolean;
  connections: string;
  json: boolean;
}

async function create(name: string, { as, allRows, connections, json }: CreateOptions) {
  if ((as === undefined) !== allRows)
    throw badUsage("Say whose rows the login sees: --as <email>, or --all-rows for everybody's");
  const count = toCount(connections);
  await withDatabase(async ({ pool, url }) => {
    const person = as === undefined ? null : await findPerson(pool, as);
    sayBeyond(await revokePublicGrants(pool));
    const made = await createBiLogin(pool, { name, person, connections: count, actor: operator });
    const address = addressOf(url, { user: name, ...made });
    if (json) console.log(JSON.stringify(flat(address), null, 2));
    else {
      console.log(address.url);
      console.error(explain(address));
    }
    if (person && !(await seesRows(pool, person.id)))
      console.error(
        `None of the roles of ${person.email} opens a report: so far, the login sees no rows`,
      );
  });
}

/** Whose rows, and of what: it takes both. */
async function seesRows(db: Queryable, userId: string): Promise<boolean> {
  const permissions = (await readViewer(db, userId))?.permissions;
  const has = (some: readonly Permission[]) => some.some((one) => permissions?.has(one));
  return has(rowPermissions) && has(topicPermissions);
}

function toCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return count;
  throw badUsage(`bi-login create: "${text}" is no number of connections; give 1 to 1000`);
}

const explain = ({ host, port, database, user, jdbcUrl }: Address) =>
  `The address is shown this once. For tools that ask for its parts (Metabase, Grafana, Excel): host ${host}, port ${port}, ` +
  `database ${database}, user ${user}, and as password what stands between user: and @. JDBC: ${jdbcUrl}`;

const flat = ({ jdbcUrl, ...address }: Address) => ({ ...address, jdbc_url: jdbcUrl });

const STATES: Readonly<Record<BiLogin["state"], string>> = {
  ready: "",
  inactive: "the person is inactive: sees no rows",
  nobody: "the person is gone: sees no rows",
  missing: "no such login on this server, or not this database's",
};

const lines = (logins: readonly BiLogin[]) => [
  ["name", "sees", "sessions", "at most", "made", "state"],
  ...logins.map((one) => [
    one.name,
    one.email ?? (one.sees_all_rows ? "all rows" : "nothing"),
    String(one.session_count),
    String(one.connection_limit ?? ""),
    one.created_at?.toISOString().slice(0, 16).replace("T", " ") ?? "",
    STATES[one.state],
  ]),
];
