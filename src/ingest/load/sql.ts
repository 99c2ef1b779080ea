import pg from "pg";

/** Names and values in statements: quoted, always. */
export const name = (text: string) => pg.escapeIdentifier(text);
export const literal = (text: string) => pg.escapeLiteral(text);

/** A table of the crm schema. */
export const crm = (table: string) => `crm.${name(table)}`;

export const list = (parts: readonly string[]) => parts.join(", ");

/** Where the rows of one step wait: typed, apart from the tables, gone with the transaction. */
export const ROWS = "pg_temp.import_rows";
/** What each text of a look-up was found to mean. */
export const lookupTable = (output: { name: string }) => `pg_temp.${name(`found_${output.name}`)}`;
/** Earlier stages of new deals. */
export const PATH = "pg_temp.import_path";
