import { badMapping } from "../../errors.ts";
import type { PlacedStep } from "../mapping/load.ts";
import type { Output } from "./output.ts";
import { type FieldContext, planReference } from "./outputs.ts";
import type { Target } from "./targets.ts";

/**
 * Plans what activities are linked to, and adds the columns to the outputs.
 * @throws TidemarkError `bad_mapping`
 */
export async function planLinks(
  step: PlacedStep,
  target: Target,
  outputs: Output[],
  context: FieldContext,
) {
  const kinds = Object.keys(target.links ?? {});
  const links: { kind: string; output: Output }[] = [];
  for (const [kind, field] of Object.entries(step.links)) {
    const where = `${step.where}.links.${kind}`;
    if (!kinds.includes(kind)) {
      const allowed =
        kinds.length > 0 ? `allowed: ${kinds.join(", ")}` : `${step.table} have no links`;
      throw badMapping(where, `is not known here; ${allowed}`, kinds);
    }
    const { lookup } = field;
    if (!lookup) throw badMapping(where, "say by lookup how to find the record");
    const column = { name: `link_${kind}`, isRequired: false };
    const output = await planReference(column, kind, { ...field, lookup }, where, context);
    outputs.push(output);
    links.push({ kind, output });
  }
  return links;
}
