import type { Command } from "commander";
import type pg from "pg";
import { operator } from "../access/audit.ts";
import { DEFAULT_EXPIRY, issueToken, readExpiry, readScopes } from "../access/token-issue.ts";
import { type ListedToken, listTokens, revokeToken } from "../access/token-list.ts";
import { readViewer, type Viewer } from "../access/viewer.ts";
import { loadConfig } from "../config.ts";
import { badParameter, badUsage, notFound } from "../errors.ts";
import { loadReports } from "../reports/load.ts";
import { withDatabase } from "./context.ts";
import { table } from "./table.ts";

/** `token create|list|revoke` */
export function register(program: Command) {
  const token = program
    .command("token")
    .helpCommand(false)
    .summary("API tokens, for programs that sign in")
    .description(
      "API tokens, for programs that sign in. A token sees the rows of its owner and permits what its owner may, within its\n" +
        "scopes; one of a service sees all rows. Making and revoking one is noted in the audit trail.",
    )
    .addHelpText(
      "after",
      `
Examples:
  npm run -s tidemark -- token create --name "month-end script" --user ann@acme.example --scope reports
  npm run -s tidemark -- token create --name dialler --service --scope ingest,status --expires never
  npm run -s tidemark -- token create --name "month sheet" --user ann@acme.example --scope reports --address sales-dashboard --expires 30d
  npm run tidemark -- token list
  npm run tidemark -- token revoke 6f9619ff-8b86-4011-b42d-00c04fc964ff

A program sends it with each request: Authorization: Bearer tidemark_…`,
    );

  token
    .command("create")
    .description("Make a token. It is printed once, alone, on standard output, and kept nowhere.")
    .requiredOption("--name <name>", "what it is for")
    .option("--user <email>", "whose rows and permissions it has")
    .option("--service", "a service's, which sees all rows", false)
    .requiredOption(
      "--scope <scopes>",
      "what it permits: reports, ingest, status, or several with commas",
    )
    .option("--expires <days>", "such as 30d, or never", DEFAULT_EXPIRY)
    .option("--address <report>", "for the address of this report's downloads, as ?token=…")
    .action((options: CreateOptions) => create(options));

  token
    .command("list")
    .description(
      "List the tokens: whose, what for, until when, and when each was last used. Times are in UTC.",
    )
    .option("--json", "an array of objects, for programs", false)
    .action(({ json }: { json: boolean }) =>
      withDatabase(async ({ pool }) => {
        const tokens = await listTokens(pool);
        if (json) console.log(JSON.stringify(tokens.map(flat), null, 2));
        else console.log(tokens.length === 0 ? "There are no tokens." : table(lines(tokens)));
      }),
    );

  token
    .command("revoke")
    .argument("<id>", "as `token list` has it")
    .description("Refuse a token from now on, also in requests that repeat what it got before.")
    .action((id: string) =>
      withDatabase(async ({ pool }) => {
        const { name, wasRevoked } = await revokeToken(pool, id, operator);
        console.log(`The token "${name}" ${wasRevoked ? "was revoked before" : "is revoked"}`);
      }),
    );
}

interface CreateOptions {
  name: string;
  user?: string;
  service: boolean;
  scope: string;
  expires: string;
  address?: string;
}

async function create({ name, user, service, scope, expires, address }: CreateOptions) {
  if ((user === undefined) !== service)
    throw badUsage("Say whose the token is: --user <email>, or --service, which sees all rows");
  const scopes = readScopes(scope.split(","));
  const expiresAt = readExpiry(expires);
  if (address !== undefined) await requireReport(address);
  await withDatabase(async ({ pool }) => {
    const owner = user === undefined ? null : await requirePerson(pool, user);
    const request = { name, owner, scopes, expiresAt, actor: operator, addressReport: address };
    const { id, token } = await issueToken(pool, request);
    console.log(token);
    const until = expiresAt ? `until ${minute(expiresAt)} UTC` : "until it is revoked";
    console.error(`Token ${id} is valid ${until}. It is shown this once.`);
    if (address !== undefined && !loadConfig().addressTokens)
      console.error("It is refused until TIDEMARK_ADDRESS_TOKENS is on.");
  });
}

/** @throws TidemarkError `bad_parameter`, naming the reports that there are */
async function requireReport(slug: string) {
  const slugs = [...(await loadReports()).keys()];
  if (!slugs.includes(slug))
    throw badParameter(
      "address",
      `There is no report "${slug}"; there are ${slugs.join(", ")}`,
      slugs,
    );
}

/** @throws TidemarkError `not_found` */
async function requirePerson(pool: pg.Pool, email: string): Promise<Viewer> {
  const { rows } = await pool.query<{ id: string }>(
    "SELECT id FROM crm.users WHERE lower(email) = lower($1)",
    [email],
  );
  const [found] = rows;
  if (!found) throw notFound(`There is nobody with the address "${email}"`);
  const viewer = await readViewer(pool, found.id);
  if (!viewer) throw notFound(`${email} is inactive, so a token of theirs would be refused`);
  return viewer;
}

const minute = (date: Date) => date.toISOString().slice(0, 16).replace("T", " ");

const lines = (tokens: readonly ListedToken[]) => [
  ["id", "name", "owner", "scopes", "state", "expires", "last used"],
  ...tokens.map((one) => [
    one.id,
    one.name,
    one.owner?.email ?? "service",
    one.addressReport ? `address of ${one.addressReport}` : one.scopes.join(", "),
    one.state,
    one.expiresAt ? minute(one.expiresAt) : "never",
    one.lastUsedAt ? minute(one.lastUsedAt) : "never",
  ]),
];

const flat = (one: ListedToken) => ({
  id: one.id,
  name: one.name,
  owner_email: one.owner?.email ?? null,
  scopes: one.scopes,
  address_report: one.addressReport,
  state: one.state,
  created_at: one.createdAt,
  created_by: one.createdBy,
  expires_at: one.expiresAt,
  last_used_at: one.lastUsedAt,
  revoked_at: one.revokedAt,
});
