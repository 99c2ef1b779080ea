import type { Command } from "commander";
import { revokePublicGrants } from "../access/public-grants.ts";
import { migrateDown, migrateUp, migrationStatus } from "../db/migrate.ts";
import { badUsage } from "../errors.ts";
import { syncSettings } from "../ops/settings.ts";
import { type CommandContext, withDatabase } from "./context.ts";
import { sayBeyond } from "./public-grants.ts";

/** `migrate up|down|status` */
export function register(program: Command) {
  const migrate = program
    .command("migrate")
    .helpCommand(false)
    .summary("create or update the tables")
    .description("Creates or updates the tables, in one transaction: all of it or nothing.")
    .addHelpText(
      "after",
      `
Examples:
  npm run tidemark -- migrate up
  npm run tidemark -- migrate down 2
  npm run tidemark -- migrate status`,
    );

  migrate
    .command("up")
    .description("Apply what is pending. Safe when several processes do so at once.")
    .action(() => withDatabase(up, { migrated: false }));

  migrate
    .command("down")
    .argument("[count]", "how many to take back", "1")
    .description("Take back the last migrations. The data in the tables they made is lost.")
    .action((text: string) => {
      const count = toCount(text);
      return withUrl((url) => down(url, count));
    });

  migrate
    .command("status")
    .description("List every migration and when it was applied. Writes nothing.")
    .action(() => withUrl(status));
}

const withUrl = (work: (url: string) => Promise<void>) =>
  withDatabase(({ url }) => work(url), { migrated: false });

async function up({ url, pool, config }: CommandContext) {
  const isNew = (await migrationStatus(url)).every(({ appliedAt }) => appliedAt === null);
  const names = await migrateUp(url);
  const beyond = await revokePublicGrants(pool);
  // What comes next, such as an import, needs the business zone; later changes are for serve to see and act on.
  if (isNew) await syncSettings(pool, config);
  for (const name of names) console.log(`applied ${name}`);
  console.log(
    names.length === 0 ? "Nothing to do: the database is up to date" : counted(names, "applied"),
  );
  sayBeyond(beyond);
}

async function down(url: string, count: number) {
  const names = await migrateDown(url, count);
  for (const name of names) console.log(`took back ${name}`);
  console.log(
    names.length === 0 ? "Nothing to do: no migration is applied" : counted(names, "taken back"),
  );
}

async function status(url: string) {
  for (const { name, appliedAt } of await migrationStatus(url)) {
    console.log(`${(appliedAt?.toISOString() ?? "pending").padEnd(24)}  ${name}`);
  }
}

const counted = (names: readonly string[], done: string) =>
  `${names.length} ${names.length === 1 ? "migration" : "migrations"} ${done}`;

function toCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw badUsage(`migrate down: "${text}" is not a count; give a whole number from 1`);
}
