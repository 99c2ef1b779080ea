import pg from "pg";
import { copyBinary } from "../../db/binary-copy.ts";
import { databaseUnusable } from "../../errors.ts";
import type { FieldKey } from "./key.ts";

/** Keys that a transaction holds, as a table that only its session sees, and what statements do with a row `key` of it. */
export interface Vault {
  /** SQL: the table of the keys. */
  keys: string;
  /** SQL: a value (bytea) encrypted. */
  seal(value: string): string;
  /** SQL: the authentication code over a sealed value and where it belongs. */
  code(row: { contactId: string; field: string; sealed: string }): string;
  /** SQL: the value of a row of crm.contact_secrets; NULL when it was tampered with. */
  open(row: string): string;
}

/** As a key is random, deriving it again and again from itself for each value would only cost time. */
const OPTIONS = "'cipher-algo=aes256, s2k-mode=1'";

/**
 * Hands keys to a transaction, until its end. A statement that names them instead of carrying them as parameters shows them in
 * no log, plan or list of sessions.
 * @throws TidemarkError `pgcrypto_missing`
 */
export async function openVault(client: pg.ClientBase, keys: readonly FieldKey[]): Promise<Vault> {
  const pgcrypto = await schemaOfPgcrypto(client);
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
  const seal: Vault["seal"] = (value) =>
    `${pgcrypto}.pgp_sym_encrypt_bytea(${value}, key.encryption, ${OPTIONS})`;
  const code: Vault["code"] = ({ contactId, field, sealed }) => `${pgcrypto}.hmac(
    convert_to(${contactId} || '/' || ${field} || '/' || key.fingerprint || '/', 'UTF8') || ${sealed},
    key.authentication,
    'sha256'
  )`;
  const open: Vault["open"] = (row) => `
    CASE
      WHEN ${row}.authentication_code = ${code({
        contactId: `${row}.contact_id`,
        field: `${row}.field`,
        sealed: `${row}.sealed`,
      })}
      THEN ${pgcrypto}.pgp_sym_decrypt_bytea(${row}.sealed, key.encryption)
    END`;
  return { keys: "pg_temp.field_keys", seal, code, open };
}

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
