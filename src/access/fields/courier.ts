import { createCipheriv, createSecretKey, type KeyObject, randomBytes } from "node:crypto";

/**
 * Carries values to the database by way of a staging table, whose pages and COPY may end up in files and logs: under a key
 * that lives no longer than the work.
 */
export class Courier {
  readonly key: KeyObject = createSecretKey(randomBytes(32));

  /** @returns what COPY in text takes for a bytea: the initial value of 16 bytes, then the value */
  wrap(value: string): string {
    const start = randomBytes(16);
    const cipher = createCipheriv("aes-256-cbc", this.key, start);
    const wrapped = Buffer.concat([start, cipher.update(value, "utf8"), cipher.final()]);
    return `\\x${wrapped.toString("hex")}`;
  }
}
