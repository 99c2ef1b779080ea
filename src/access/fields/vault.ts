import pg from "pg";
import { copyBinary } from "../../db/binary-copy.ts";
import { databaseUnusable } from "../../errors.ts";
import { Courier } from "./courier.ts";
import type { FieldKey } from "./key.ts";

/** Keys that a transaction holds, in a table that only its session sees, and what statements do with a row of it. */
export interface Vault {
  /** SQL: the table of the keys. */
  keys: string;
  /** SQL: a value (bytea) encrypted. @param key alias of the key's row */
  seal(value: string, key?: string): string;
  /** SQL: the authentication code over a sealed value and where it belongs. */
  code(row: Sealed, key?: string): string;
  /** SQL: the value of a row of crm.contact_secrets; NULL when it was tampered with, or the key is not there. */
  open(row: string, key?: string): string;
  /** SQL: a value that the courier wrapped. */
  unwrap(wrapped: string): string;
}

/** SQL for where a sealed value belongs, and for itself. */
interface Sealed {
  contactId: string;
  field: string;
  sealed: string;
}

/** As a key is random, deriving it again and again from itself for each value would only cost time. */
const OPTIONS = "'cipher-algo=aes256, s2k-mode=1'";

/**
 * Hands keys to a transaction, until its end. A statement that names them instead of carrying them as parameters shows them in
 * no log, plan or list of sessions.
 * @param courier who wrapped what `unwrap` is for
 * @throws TidemarkError `pgcrypto_missing`
 */
export async function openVault(
  client: pg.ClientBase,
  keys: readonly FieldKey[],
  courier = new Courier(),
): Promise<Vault> {
  const pgcrypto = await schemaOfPgcrypto(client);
  // A transaction may need it again with other keys.
  await client.query("DROP TABLE IF EXISTS pg_temp.field_keys, pg_temp.field_courier");
  await client.query(`
    CREATE TEMPORARY TABLE field_keys (fingerprint text, encryption text, authentication bytea)
    ON COMMIT DROP`);
  await copyBinary(
    client,
    "pg_temp.field_keys (fingerprint, encryption, authentication)",
    keys.map(({ fingerprint, encryption, authentication }) => [
      fingerprint,
      encryption.export().toString("base64"),
      authentication.export(),
    ]),
  );
  await client.query("CREATE TEMPORARY TABLE field_courier (key bytea) ON COMMIT DROP");
  await copyBinary(client, "pg_temp.field_courier (key)", [[courier.key.export()]]);
  const code: Vault["code"] = ({ contactId, field, sealed }, key = "key") => `${pgcrypto}.hmac(
    convert_to(${contactId} || '/' || ${field} || '/' || ${key}.fingerprint || '/', 'UTF8') || ${sealed},
    ${key}.authentication,
    'sha256'
  )`;
  return {
    keys: "pg_temp.field_keys",
    code,
    seal: (value, key = "key") =>
      `${pgcrypto}.pgp_sym_encrypt_bytea(${value}, ${key}.encryption, ${OPTIONS})`,
    open: (row, key = "key") => `
    CASE
      WHEN ${row}.authentication_code = ${code(placeOf(row), key)}
      THEN ${pgcrypto}.pgp_sym_decrypt_bytea(${row}.sealed, ${key}.encryption)
    END`,
    unwrap: (wrapped) => `${pgcrypto}.decrypt_iv(
      substr(${wrapped}, 17),
      (SELECT key FROM pg_temp.field_courier),
      substr(${wrapped}, 1, 16),
      'aes-cbc/pad:pkcs'
    )`,
  };
}

const placeOf = (row: string): Sealed => ({
  contactId: `${row}.contact_id`,
  field: `${row}.field`,
  sealed: `${row}.sealed`,
});

/** Somebody may have installed it before us, anywhere. */
async function schemaOfPgcrypto(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ schema: string }>(
    `SELECT nspname AS schema
     FROM pg_extension
     JOIN pg_namespace ON pg_namespace.oid = extnamespace
     WHERE extname = 'pgcrypto'`,
  );
  const [found] = rows;
  if (found) return pg.escapeIdentifier(found.schema);
  throw databaseUnusable(
    "pgcrypto_missing",
    "Sensitive fields need the extension pgcrypto: have an administrator run CREATE EXTENSION pgcrypto WITH SCHEMA ops in this database",
  );
}
