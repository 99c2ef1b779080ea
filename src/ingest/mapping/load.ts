import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { badMapping } from "../../errors.ts";
import { mapping, type WrittenMapping } from "./schema.ts";
import { expandSignals, type SingleStep } from "./signals.ts";

/** A step with its place in the mapping file, for messages. */
export type PlacedStep = SingleStep & { where: string };

export type Mapping = Omit<WrittenMapping, "steps"> & { steps: PlacedStep[] };

export interface LoadedMapping extends Mapping {
  /** Folder that relative file paths start from. */
  dataDir: string;
}

/**
 * Reads and checks a mapping file.
 * @param dataDir folder of the data files; the mapping's own when left out
 * @throws TidemarkError `bad_mapping`, naming the place in the file and what is allowed there
 */
export async function loadMapping(path: string, dataDir = dirname(path)): Promise<LoadedMapping> {
  const raw = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "ENOENT" ? "there is no such file" : error.message;
    throw badMapping(path, why);
  });
  let json: unknown;
  try {
    json = JSON.parse(raw.replace(/^\ufeff/, ""));
  } catch (error) {
    throw badMapping(path, `is not JSON: ${(error as Error).message}`);
  }
  return { ...parseMapping(json), dataDir: resolve(dataDir) };
}

/** Checks a mapping that is at hand as data. @throws TidemarkError `bad_mapping` */
export function parseMapping(json: unknown): Mapping {
  const result = mapping.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw badMapping(toPath(issue?.path ?? []), issue?.message ?? "cannot be used");
  }
  const steps = result.data.steps.flatMap((step, index) => {
    const where = `steps[${index}]`;
    return expandSignals(step, where).map((single) => ({ ...single, where }));
  });
  return { ...result.data, steps };
}

const toPath = (path: readonly PropertyKey[]) =>
  path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "") || "mapping";
