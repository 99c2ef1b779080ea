import type { Command } from "commander";
import { operator } from "../access/audit.ts";
import { countByKey } from "../access/fields/count.ts";
import { fieldKeyOf } from "../access/fields/key.ts";
import { type Rotation, rotateKey } from "../access/fields/rotate.ts";
import { badUsage, TidemarkError } from "../errors.ts";
import { type CommandContext, withDatabase } from "./context.ts";
import { requireKey, requireOldKey } from "./field-keys.ts";
import { showProgress } from "./progress.ts";

/** `fields rotate-key|status` */
export function register(program: Command) {
  const fields = program
    .command("fields")
    .helpCommand(false)
    .summary("rotate the key of sensitive fields")
    .description("Says which keys contacts' sensitive fields take, and changes the key.")
    .addHelpText(
      "after",
      `
Examples:
  npm run tidemark -- fields rotate-key
  npm run tidemark -- fields status

To change the key, set TIDEMARK_FIELD_KEY_OLD to the one so far and TIDEMARK_FIELD_KEY to a new one
(openssl rand -base64 32) wherever Tidemark runs. Rotate, and once nothing takes the old key, remove
TIDEMARK_FIELD_KEY_OLD. Backups from before still take it.`,
    );

  fields
    .command("rotate-key")
    .description(
      "Encrypt every value of TIDEMARK_FIELD_KEY_OLD with TIDEMARK_FIELD_KEY. Can be stopped, and started again.",
    )
    .option("--batch-size <count>", "values in one transaction", "1000")
    .option("--json", "the counts as an object, for programs", false)
    .action(({ batchSize, json }: { batchSize: string; json: boolean }) =>
      withDatabase((context) => rotate(context, toCount(batchSize), json)),
    );

  fields
    .command("status")
    .description("Count the values by the key that they take. Needs no key.")
    .option("--json", "an array of objects, for programs", false)
    .action(({ json }: { json: boolean }) => withDatabase((context) => status(context, json)));
}

async function rotate({ pool, config }: CommandContext, batchSize: number, json: boolean) {
  const [to, from] = [requireKey(config), requireOldKey(config)];
  if (from.fingerprint === to.fingerprint)
    throw badUsage("TIDEMARK_FIELD_KEY and TIDEMARK_FIELD_KEY_OLD are the same key");
  const onProgress = (count: number) => showProgress(`${values(count)} looked at`);
  const rotation = await rotateKey(pool, { from, to, actor: operator, batchSize, onProgress });
  showProgress("");
  const left = await countByKey(pool);
  left.delete(to.fingerprint);
  const result = { from: from.fingerprint, to: to.fingerprint, ...rotation };
  if (json) console.log(JSON.stringify({ ...result, left: Object.fromEntries(left) }, null, 2));
  else console.log(`${values(rotation.rotated)} encrypted again, with the key ${to.fingerprint}`);
  throwIfLeft(left, rotation);
}

/** @throws TidemarkError `field_tampered` or `rotation_incomplete`, saying which values do not take the new key */
function throwIfLeft(left: ReadonlyMap<string, number>, { tampered }: Rotation) {
  if (left.size === 0) return;
  const counts = [...left].map(([key, count]) => `${values(count)} under the key ${key}`);
  const some = tampered
    .slice(0, 10)
    .map((place) => `${place.field} of contact ${place.contact_id}`);
  const why =
    tampered.length === 0
      ? ""
      : `; ${values(tampered.length)} not as Tidemark wrote them: ${some.join(", ")}${tampered.length > some.length ? ", …" : ""}`;
  throw new TidemarkError(
    tampered.length > 0 ? "field_tampered" : "rotation_incomplete",
    500,
    `Left as they were: ${counts.join(", ")}${why}`,
  );
}

async function status({ pool, config }: CommandContext, json: boolean) {
  const roles = new Map<string | undefined, string>([
    [config.oldFieldKey && fieldKeyOf(config.oldFieldKey).fingerprint, "old"],
    [config.fieldKey && fieldKeyOf(config.fieldKey).fingerprint, "current"],
  ]);
  const rows = [...(await countByKey(pool))].map(([key, count]) => ({
    key,
    setting: roles.get(key) ?? null,
    value_count: count,
  }));
  if (json) console.log(JSON.stringify(rows, null, 2));
  else if (rows.length === 0) console.log("No contact has sensitive fields.");
  else
    for (const { key, setting, value_count } of rows)
      console.log(
        `${key}  ${(setting ?? "not in the settings").padEnd(19)}  ${values(value_count)}`,
      );
}

const values = (count: number) =>
  `${count.toLocaleString("en")} ${count === 1 ? "value" : "values"}`;

function toCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0 && count <= 100_000) return count;
  throw badUsage(`--batch-size "${text}" is not a whole number from 1 to 100000`);
}
