import { randomBytes } from "node:crypto";
import { serverUrl } from "./database.ts";
import { runSql } from "./sql.ts";

export interface TestRole {
  name: string;
  /** The same database address, signed in as this role. */
  at(url: string): string;
  drop(): Promise<void>;
}

/** A login of its own with these attributes, such as `CREATEROLE CREATEDB`. */
export async function createRole(attributes = ""): Promise<TestRole> {
  const name = `tidemark_test_${randomBytes(6).toString("hex")}`;
  const password = randomBytes(12).toString("hex");
  await runSql(serverUrl(), `CREATE ROLE ${name} LOGIN PASSWORD '${password}' ${attributes}`);
  return {
    name,
    at(url) {
      const address = new URL(url);
      address.username = name;
      address.password = password;
      return address.href;
    },
    async drop() {
      await runSql(serverUrl(), `DROP ROLE IF EXISTS ${name}`);
    },
  };
}
