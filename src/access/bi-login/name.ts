import { TidemarkError } from "../../errors.ts";

const NAME = /^[a-z][a-z0-9_]{0,62}$/;
/** Words that PostgreSQL takes for somebody else where a login is named. */
const KEYWORDS = new Set([
  "current_role",
  "current_user",
  "none",
  "public",
  "session_user",
  "user",
]);

/**
 * Checks the name of a login before the server is asked, which would cut a long one off.
 * @throws TidemarkError `bad_login_name`
 */
export function checkLoginName(name: string): string {
  if (NAME.test(name) && !name.startsWith("pg_") && !KEYWORDS.has(name)) return name;
  throw new TidemarkError(
    "bad_login_name",
    400,
    `"${name}" is no name for a login: small letters, digits and _, 63 at most, beginning with a letter and not with pg_`,
    { parameter: "name", allowed: [NAME.source] },
  );
}
