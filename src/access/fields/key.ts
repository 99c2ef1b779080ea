import { createSecretKey, hkdfSync, type KeyObject } from "node:crypto";

/** A key of sensitive fields. What prints objects shows nothing of a KeyObject. */
export interface FieldKey {
  /** Stands beside each value, to tell which key it takes: 16 hexadecimal digits. */
  fingerprint: string;
  /** What values are encrypted with: 32 bytes. */
  encryption: KeyObject;
  /** What shows that a value was changed: 32 bytes. */
  authentication: KeyObject;
}

/** Derives what the database needs from the secret of the settings, which itself never leaves this process. */
export function fieldKeyOf(secret: KeyObject): FieldKey {
  const derive = (purpose: string, bytes: number) =>
    Buffer.from(hkdfSync("sha256", secret, "", `tidemark field ${purpose}`, bytes));
  return {
    fingerprint: derive("fingerprint", 8).toString("hex"),
    encryption: createSecretKey(derive("encryption", 32)),
    authentication: createSecretKey(derive("authentication", 32)),
  };
}
