import type { Command } from "commander";
import { operator } from "../access/audit.ts";
import { addPerson, changePerson, type PersonDetails, setActive } from "../access/change-person.ts";
import { changePassword } from "../access/credentials.ts";
import { createPasswordLink, LINK_MINUTES, linkAddress } from "../access/password-link.ts";
import { findPerson, listPeople, type Person } from "../access/people.ts";
import { badUsage, TidemarkError } from "../errors.ts";
import { withDatabase } from "./context.ts";
import { publicAddress } from "./public-address.ts";
import { readSecret } from "./read-secret.ts";
import { table } from "./table.ts";

interface DetailOptions extends Omit<PersonDetails, "roles"> {
  role?: string[];
}

/** `user add|change|list|password|deactivate|activate` */
export function register(program: Command) {
  const user = program
    .command("user")
    .summary("say who may sign in")
    .description("Adds people, gives them roles and passwords, and lets them in no more.")
    .addHelpText(
      "after",
      `
Examples:
  npm run tidemark -- user add ann@example.com --first-name Ann --role Administrator
  npm run tidemark -- user password ann@example.com
  npm run -s tidemark -- user list --json`,
    );

  withDetails(user.command("add").argument("<email>").summary("add a person"))
    .addHelpText(
      "after",
      `
Examples:
  npm run tidemark -- user add ann@example.com --first-name Ann --last-name Lee --role "Sales Manager"
  npm run tidemark -- user add bob@example.com --role "Sales Representative" --manager ann@example.com --team North`,
    )
    .action((email: string, options: DetailOptions) =>
      withDatabase(async ({ pool }) => {
        await addPerson(pool, email, detailsOf(options), operator);
        console.log(`Added ${email}`);
        console.error(`They can sign in once they have a password: user password ${email}`);
      }),
    );

  withDetails(user.command("change").argument("<email>").summary("change a person"))
    .addHelpText(
      "after",
      `
Examples:
  npm run tidemark -- user change bob@example.com --role "Sales Manager" --role Finance
  npm run tidemark -- user change bob@example.com --manager cyd@example.com`,
    )
    .action((email: string, options: DetailOptions) => {
      const details = detailsOf(options);
      if (Object.keys(details).length === 0)
        throw badUsage("There is nothing to change; see --help");
      return withDatabase(async ({ pool }) => {
        await changePerson(pool, email, details, operator);
        console.log(`Changed ${email}`);
      });
    });

  user
    .command("list")
    .summary("list everybody")
    .option("--json", "an array of objects, for programs", false)
    .addHelpText("after", "\nExamples:\n  npm run -s tidemark -- user list --json")
    .action(({ json }: { json: boolean }) =>
      withDatabase(async ({ pool }) => {
        const people = await listPeople(pool);
        console.log(json ? JSON.stringify(people, null, 2) : tableOf(people));
      }),
    );

  user
    .command("password")
    .argument("<email>")
    .summary("print a link to choose a password, or set one")
    .description(
      `Prints a link by which a person chooses a password: it works once, for ${LINK_MINUTES} minutes. A new password ends all of\n` +
        "their sessions and unlocks the account.",
    )
    .option("--stdin", "read the password from standard input instead", false)
    .addHelpText(
      "after",
      `
Examples:
  npm run -s tidemark -- user password ann@example.com
  npm run -s tidemark -- user password ann@example.com --stdin < password.txt`,
    )
    .action((email: string, { stdin }: { stdin: boolean }) =>
      withDatabase(async ({ pool, config }) => {
        const person = await findPerson(pool, email);
        if (!person.isActive)
          throw new TidemarkError(
            "inactive_user",
            409,
            `${email} is not active: user activate ${email}`,
          );
        if (stdin) {
          const password = await readSecret("password");
          const { id: userId, email } = person;
          await changePassword(pool, { userId, email, password, actor: operator });
          console.log(`Changed the password of ${email}`);
          return;
        }
        const base = publicAddress(config);
        console.log(linkAddress(base, await createPasswordLink(pool, person.id)));
        console.error(
          `It works once, for ${LINK_MINUTES} minutes. Whoever has it chooses the password.`,
        );
      }),
    );

  for (const [name, isActive, summary, done] of [
    ["deactivate", false, "let a person in no more, at once", "Lets in no more"],
    ["activate", true, "let a person in again", "Lets in again"],
  ] as const)
    user
      .command(name)
      .argument("<email>")
      .summary(summary)
      .addHelpText("after", `\nExamples:\n  npm run tidemark -- user ${name} ann@example.com`)
      .action((email: string) =>
        withDatabase(async ({ pool }) => {
          await setActive(pool, email, isActive, operator);
          console.log(`${done}: ${email}`);
        }),
      );
}

const withDetails = (command: Command) =>
  command
    .option("--first-name <name>")
    .option("--last-name <name>")
    .option("--role <name>", "may be given several times", (one: string, all: string[] = []) => [
      ...all,
      one,
    ])
    .option("--manager <email>", "whom they report to: who sees their rows")
    .option("--team <name>", "made when there is none of that name");

function detailsOf({ role, ...rest }: DetailOptions): PersonDetails {
  return role ? { ...rest, roles: role } : rest;
}

function tableOf(people: readonly Person[]): string {
  const heading = ["e-mail", "name", "roles", "team", "reports to", "password", ""];
  const lines = people.map((one) => [
    one.email,
    one.name,
    one.roles.join(", "),
    one.team ?? "",
    one.manager ?? "",
    one.has_password ? "yes" : "none",
    one.is_active ? "" : "not active",
  ]);
  return table([heading, ...lines]);
}
