import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { operator } from "../access/audit.ts";
import { type Contact, findContact } from "../access/contact.ts";
import { fieldNames, requireField } from "../access/fields/field.ts";
import { filledFields, readFields } from "../access/fields/read.ts";
import { clearField, writeFields } from "../access/fields/write.ts";
import { withDatabase } from "./context.ts";
import { requireKey, requireKeys } from "./field-keys.ts";

const CONTACT = "id or e-mail address of the contact";
const FIELD = `one of ${fieldNames.join(", ")}`;

/** `contact show|set|clear` */
export function register(program: Command) {
  const contact = program
    .command("contact")
    .helpCommand(false)
    .summary("show a contact, and its sensitive fields")
    .description(
      "Shows a contact, and reads or writes its sensitive fields, which the database keeps encrypted and which no report,\n" +
        "export or BI tool holds. They need TIDEMARK_FIELD_KEY. Reading and writing them is noted in the audit trail.",
    )
    .addHelpText(
      "after",
      `
Examples:
  npm run tidemark -- contact show ann@acme.example
  npm run tidemark -- contact show ann@acme.example --sensitive
  npm run tidemark -- contact set ann@acme.example birth_date < date.txt
  npm run tidemark -- contact clear ann@acme.example birth_date`,
    );

  contact
    .command("show")
    .argument("<contact>", CONTACT)
    .description("Show a contact, and which sensitive fields it has.")
    .option("--sensitive", "with the values of sensitive fields", false)
    .option("--json", "an object, for programs", false)
    .action((asked: string, options: ShowOptions) => show(asked, options));

  contact
    .command("set")
    .argument("<contact>", CONTACT)
    .argument("<field>", FIELD)
    .description(
      "Set a sensitive field to what comes on standard input: an argument would be seen by others on this machine.",
    )
    .action((asked: string, field: string) => set(asked, field));

  contact
    .command("clear")
    .argument("<contact>", CONTACT)
    .argument("<field>", FIELD)
    .description("Remove the value of a sensitive field. Needs no key.")
    .action((asked: string, field: string) => clear(asked, field));
}

interface ShowOptions {
  sensitive: boolean;
  json: boolean;
}

const show = (asked: string, { sensitive, json }: ShowOptions) =>
  withDatabase(async ({ pool, config }) => {
    const keys = sensitive ? requireKeys(config) : undefined;
    const contact = await findContact(pool, asked);
    const filled = await filledFields(pool, contact.id);
    const values = keys && (await readFields(pool, keys, contact.id, operator));
    if (json) {
      const shown = { ...contact, sensitive_fields: filled, ...(values && { sensitive: values }) };
      console.log(JSON.stringify(shown, null, 2));
      return;
    }
    console.log(lines(contact));
    if (values) console.log(lines(values) || "No sensitive field is filled.");
    else if (filled.length > 0)
      console.log(`Sensitive, shown with --sensitive: ${filled.join(", ")}`);
  });

async function set(asked: string, name: string) {
  const field = requireField(name);
  await withDatabase(async ({ pool, config }) => {
    const key = requireKey(config);
    const { id } = await findContact(pool, asked);
    if (process.stdin.isTTY) console.error(`Value of ${field}, then Enter and Ctrl-D:`);
    const value = (await text(process.stdin)).replace(/\r?\n$/, "");
    await writeFields(pool, key, id, { [field]: value }, operator);
    console.log(`${field} of contact ${id} is set`);
  });
}

async function clear(asked: string, name: string) {
  const field = requireField(name);
  await withDatabase(async ({ pool }) => {
    const { id } = await findContact(pool, asked);
    const wasFilled = await clearField(pool, id, field, operator);
    console.log(`${field} of contact ${id} ${wasFilled ? "is cleared" : "was empty"}`);
  });
}

/** One value a line, below each other; those of several lines hang. */
const lines = (values: Partial<Contact> | Readonly<Record<string, string>>) =>
  Object.entries(values)
    .filter((entry): entry is [string, string] => Boolean(entry[1]))
    .map(([name, value]) => `${name.padEnd(16)}  ${value.replaceAll("\n", `\n${" ".repeat(18)}`)}`)
    .join("\n");
