import { type FieldKey, fieldKeyOf } from "../access/fields/key.ts";
import { keyMissing } from "../access/fields/trouble.ts";
import type { Config } from "../config.ts";

type Keys = Pick<Config, "fieldKey" | "oldFieldKey">;

/** The key of the settings. @throws TidemarkError `field_key_missing` */
export function requireKey({ fieldKey }: Keys): FieldKey {
  if (!fieldKey) throw keyMissing("TIDEMARK_FIELD_KEY");
  return fieldKeyOf(fieldKey);
}

/** The key from before, while it is being rotated. @throws TidemarkError `field_key_missing` */
export function requireOldKey({ oldFieldKey }: Keys): FieldKey {
  if (!oldFieldKey) throw keyMissing("TIDEMARK_FIELD_KEY_OLD");
  return fieldKeyOf(oldFieldKey);
}

/** Every key that a value may be read with, the current one first. @throws TidemarkError `field_key_missing` */
export function requireKeys(config: Keys): FieldKey[] {
  const current = requireKey(config);
  return config.oldFieldKey ? [current, fieldKeyOf(config.oldFieldKey)] : [current];
}
