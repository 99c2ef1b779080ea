import pg from "pg";
import { databaseUnusable, type TidemarkError } from "../errors.ts";

/**
 * Opens one session of its own, outside any pool.
 * @throws TidemarkError that says in one line what is wrong with the address
 */
export async function connect(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `tidemark ${name}`,
    connectionTimeoutMillis: 10_000,
  });
  // A session that dies between two queries is reported by the next one.
  client.on("error", () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw explainConnectionError(error, url);
  }
}

/** Says in one line why a database cannot be used; never shows the password. */
export function explainConnectionError(error: unknown, url: string): TidemarkError {
  const { hostname, port, username, pathname } = new URL(url);
  const place = `${hostname || "localhost"}:${port || 5432}`;
  const login = decodeURIComponent(username);
  const database = decodeURIComponent(pathname.slice(1)) || login;
  const { code, message } = error as { code?: string; message: string };
  const because = (name: string, text: string) => databaseUnusable(name, text, error);
  switch (code) {
    case "28P01":
      return because("wrong_password", `${place} refuses the password of "${login}"`);
    case "28000":
      return because("login_refused", `${place} refuses the login "${login}": ${message}`);
    case "3D000":
      return because("database_missing", `There is no database "${database}" on ${place}`);
    case "42501":
      return because(
        "missing_privilege",
        `"${login}" may not connect to "${database}": ${message}`,
      );
    case "53300":
      return because("too_many_connections", `${place} has no free connection: ${message}`);
    default:
      if (message.includes("password must be a string")) {
        return because(
          "wrong_password",
          `${place} asks "${login}" for a password: put it in the URL`,
        );
      }
      return because(
        "database_unreachable",
        `No PostgreSQL can be reached at ${place} (${message || code})`,
      );
  }
}

const LOSSES = new Set([
  "57P01",
  "57P02",
  "57P03",
  "08000",
  "08003",
  "08006",
  "ECONNRESET",
  "EPIPE",
]);

/** What node-postgres says of a session that is gone. */
const LOST = /^(Connection terminated|Client has encountered a connection error)/;

/** The error for users when a session broke off in the middle of work; undefined for any other trouble. */
export function explainLoss(error: unknown): TidemarkError | undefined {
  const { code = "", message = "" } = (error ?? {}) as { code?: string; message?: string };
  if (!LOSSES.has(code) && !LOST.test(message)) return undefined;
  return databaseUnusable(
    "database_lost",
    `The database broke the connection off (${message}): what was not finished was not kept`,
    error,
  );
}
