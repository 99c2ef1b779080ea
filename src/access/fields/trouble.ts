import { TidemarkError } from "../../errors.ts";

const MAKE = "openssl rand -base64 32 makes one";

/** The settings hold no key. */
export const keyMissing = (setting: "TIDEMARK_FIELD_KEY" | "TIDEMARK_FIELD_KEY_OLD") =>
  new TidemarkError(
    "field_key_missing",
    503,
    setting === "TIDEMARK_FIELD_KEY"
      ? `Sensitive fields need their key: set TIDEMARK_FIELD_KEY (${MAKE})`
      : "Rotation needs the key from before: set TIDEMARK_FIELD_KEY_OLD to it, and TIDEMARK_FIELD_KEY to the new one",
    { parameter: setting },
  );

/** Values of a key that the settings do not hold. */
export const keyWrong = (
  what: string,
  needed: readonly string[],
  held: readonly { fingerprint: string }[],
) =>
  new TidemarkError(
    "field_key_wrong",
    503,
    `${what} under the key ${needed.join(" and ")}; the settings hold ${held.map(({ fingerprint }) => fingerprint).join(" and ")}`,
    { parameter: "TIDEMARK_FIELD_KEY" },
  );

/** Values that are not as this service wrote them. */
export const tampered = (places: readonly string[]) =>
  new TidemarkError(
    "field_tampered",
    500,
    `Not as Tidemark wrote it, so it cannot be trusted: ${places.join(", ")}; set or clear it, and look who writes to crm.contact_secrets`,
  );
